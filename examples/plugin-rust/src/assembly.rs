//! Messages from fragments (section 7).

use std::collections::HashMap;

use crate::failure::Violation;
use crate::frame_v2::{FrameV2, CONT, END, MORE};

const MOST_UNFINISHED: usize = 4;
const TOTAL: usize = 8;

/// What a frame of a message, or END, is to its stream.
#[derive(Debug, PartialEq, Eq)]
pub enum Step {
    /// All of it is in this frame.
    Whole,
    /// A first fragment; `begin` keeps it, and nothing does where nobody wants the message.
    First,
    /// More of what has begun.
    Between,
    /// The last fragment came: this is the body.
    Finished(Vec<u8>),
    /// A fragment of what nobody keeps (V2-M5).
    Dropped,
}

struct Unfinished {
    kind: u8,
    total: u64,
    /// Grows as fragments come, however many (V2-M4).
    body: Vec<u8>,
}

/// The unfinished messages of one direction of a connection.
pub struct Assembly {
    max_message_bytes: u64,
    unfinished: HashMap<u32, Unfinished>,
}

impl Assembly {
    pub fn new(max_message_bytes: u32) -> Self {
        Assembly { max_message_bytes: max_message_bytes.into(), unfinished: HashMap::new() }
    }

    /// Checks a frame of CALL, RESPONSE, MESSAGE, DESCRIPTION or END, and adds a later fragment to its message.
    pub fn take(&mut self, frame: &FrameV2) -> Result<Step, Violation> {
        if frame.flags & CONT != 0 {
            return self.go_on(frame);
        }
        if self.unfinished.contains_key(&frame.stream) {
            let message = format!("a message begins on stream {} before another has ended there", frame.stream);
            return Err(Violation::new("V2-M6", message));
        }
        if frame.kind == END {
            return Ok(Step::Whole);
        }
        if frame.flags & MORE == 0 {
            self.check_size(frame.body.len() as u64)?;
            return Ok(Step::Whole);
        }
        let (total, body) = split_first(frame)?;
        self.check_size(total)?;
        check_room(frame, total, body.len())?;
        Ok(Step::First)
    }

    /// Keeps a first fragment.
    pub fn begin(&mut self, frame: &FrameV2) -> Result<(), Violation> {
        if self.unfinished.len() >= MOST_UNFINISHED {
            let message = format!("a message begins while {MOST_UNFINISHED} are unfinished");
            return Err(Violation::new("V2-M9", message));
        }
        let (total, body) = split_first(frame)?;
        self.unfinished.insert(frame.stream, Unfinished { kind: frame.kind, total, body: body.to_vec() });
        Ok(())
    }

    /// Forgets what has come of a message (V2-M7); whether there was any.
    pub fn forget(&mut self, stream: u32) -> bool {
        self.unfinished.remove(&stream).is_some()
    }

    fn go_on(&mut self, frame: &FrameV2) -> Result<Step, Violation> {
        if !frame.metadata.is_empty() || frame.flags & !(MORE | CONT) != 0 {
            let message = format!("a later fragment on stream {} with metadata or flags of its own", frame.stream);
            return Err(Violation::new("V2-M2", message));
        }
        let Some(message) = self.unfinished.get_mut(&frame.stream) else { return Ok(Step::Dropped) };
        if message.kind != frame.kind {
            let why = format!("a message of type {} goes on as type {}", message.kind, frame.kind);
            return Err(Violation::new("V2-M6", why));
        }
        check_room(frame, message.total - message.body.len() as u64, frame.body.len())?;
        message.body.extend_from_slice(&frame.body);
        if frame.flags & MORE != 0 {
            return Ok(Step::Between);
        }
        let message = self.unfinished.remove(&frame.stream).expect("it was found above");
        if (message.body.len() as u64) < message.total {
            let why = format!("a message of {} bytes ends after {}", message.total, message.body.len());
            return Err(Violation::new("V2-M3", why));
        }
        Ok(Step::Finished(message.body))
    }

    fn check_size(&self, length: u64) -> Result<(), Violation> {
        if length <= self.max_message_bytes {
            return Ok(());
        }
        let message = format!("a message of {length} bytes; at most {} are allowed", self.max_message_bytes);
        Err(Violation::new("V2-M10", message))
    }
}

/// The total and the first bytes.
fn split_first(frame: &FrameV2) -> Result<(u64, &[u8]), Violation> {
    match frame.body.split_first_chunk::<TOTAL>() {
        Some((total, body)) => Ok((u64::from_le_bytes(*total), body)),
        None => Err(Violation::new("V2-M1", format!("a first fragment on stream {} without a total", frame.stream))),
    }
}

fn check_room(frame: &FrameV2, room: u64, length: usize) -> Result<(), Violation> {
    if length as u64 <= room {
        return Ok(());
    }
    Err(Violation::new("V2-M3", format!("the fragments on stream {} bring more than their total", frame.stream)))
}
