//! What is to be written on a version 2 connection, and in which order (section 13).

use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use crate::frame_v2::{encode, encode_into, CONT, MORE};

/// A body above this leaves in fragments of this length.
pub const FRAGMENT: usize = 64 * 1024;
/// Of answers that wait to be written; a handler's thread waits until there is room.
const ANSWERS: usize = 8 * 1024 * 1024;
/// Of all that waits: a peer that lets more come together does not read (V2-Q4).
const ALL: usize = 64 * 1024 * 1024;
/// One direction of a connection has no more messages unfinished (V2-M9).
const MOST_UNFINISHED: usize = 4;

/// The peer does not read.
#[derive(Debug)]
pub struct CutOff;

struct Long {
    stream: u32,
    kind: u8,
    body: Vec<u8>,
    written: usize,
}

#[derive(Default)]
struct Queues {
    /// Frames of the connection.
    urgent: VecDeque<Vec<u8>>,
    /// Messages of one frame.
    whole: VecDeque<Vec<u8>>,
    /// Messages whose fragments leave by turns.
    begun: VecDeque<Long>,
    waiting: VecDeque<Long>,
    bytes: usize,
    reserved: usize,
    writing: bool,
    ended: bool,
}

#[derive(Default)]
pub struct Outbox {
    queues: Mutex<Queues>,
    changed: Condvar,
}

impl Outbox {
    fn lock(&self) -> MutexGuard<'_, Queues> {
        self.queues.lock().expect("no panic holds an outbox")
    }

    /// Puts a frame of the connection before all others.
    pub fn urgent(&self, frame: Vec<u8>) -> Result<(), CutOff> {
        let mut queues = self.lock();
        if queues.count(frame.len())? {
            queues.urgent.push_back(frame);
        }
        self.changed.notify_all();
        Ok(())
    }

    /// Waits until an answer of `length` bytes has room. It must be given to `answer` then.
    pub fn reserve(&self, length: usize) {
        let mut queues = self.lock();
        while queues.is_full_for(length) {
            queues = self.changed.wait(queues).expect("no panic holds an outbox");
        }
        queues.reserved += length;
    }

    /// Puts an answer for which `reserved` bytes were reserved, 0 where none were.
    pub fn answer(&self, stream: u32, kind: u8, body: Vec<u8>, reserved: usize) -> Result<(), CutOff> {
        let mut queues = self.lock();
        queues.reserved = queues.reserved.saturating_sub(reserved);
        if body.len() > FRAGMENT {
            if queues.count(body.len())? {
                queues.waiting.push_back(Long { stream, kind, body, written: 0 });
            }
        } else {
            let frame = encode(kind, stream, 0, &body);
            if queues.count(frame.len())? {
                queues.whole.push_back(frame);
            }
        }
        self.changed.notify_all();
        Ok(())
    }

    /// Puts `error` in the place of a long answer that has not left yet (V2-D4). Nothing happens where there is none.
    pub fn abandon(&self, stream: u32, error: Vec<u8>) {
        let mut queues = self.lock();
        let Queues { begun, waiting, whole, bytes, .. } = &mut *queues;
        for longs in [begun, waiting] {
            if let Some(found) = longs.iter().position(|long| long.stream == stream) {
                let long = longs.remove(found).expect("it was found");
                *bytes = *bytes - (long.body.len() - long.written) + error.len();
                whole.push_back(error);
                self.changed.notify_all();
                return;
            }
        }
    }

    /// Throws away what waits; `last` is written, and nothing after it.
    pub fn end(&self, last: Option<Vec<u8>>) {
        let mut queues = self.lock();
        if !queues.ended {
            let writing = queues.writing;
            *queues = Queues { urgent: last.into_iter().collect(), writing, ended: true, ..Queues::default() };
        }
        self.changed.notify_all();
    }

    /// The next bytes to write; waits for some. `None` after the end. What was taken before has been written then.
    pub fn take(&self) -> Option<Vec<u8>> {
        let mut queues = self.lock();
        queues.writing = false;
        self.changed.notify_all();
        loop {
            let out = queues.gather();
            if !out.is_empty() {
                queues.writing = true;
                return Some(out);
            }
            if queues.ended {
                return None;
            }
            queues = self.changed.wait(queues).expect("no panic holds an outbox");
        }
    }

    /// Waits until all was written. False where it was not within `at_most`.
    pub fn flush(&self, at_most: Duration) -> bool {
        let until = Instant::now() + at_most;
        let mut queues = self.lock();
        while queues.writing || !queues.is_empty() {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            queues = self.changed.wait_timeout(queues, left).expect("no panic holds an outbox").0;
        }
        true
    }
}

#[cfg(test)]
impl Outbox {
    /// Whether a message waits to leave in fragments, or has begun to.
    pub fn has_long(&self) -> bool {
        let queues = self.lock();
        !queues.begun.is_empty() || !queues.waiting.is_empty()
    }
}

impl Queues {
    /// Counts what is to be put into a queue. False after the end: it is thrown away instead.
    fn count(&mut self, length: usize) -> Result<bool, CutOff> {
        if self.ended {
            return Ok(false);
        }
        self.bytes += length;
        if self.bytes > ALL {
            return Err(CutOff);
        }
        Ok(true)
    }

    /// Whether an answer must wait. One always passes, however long.
    fn is_full_for(&self, length: usize) -> bool {
        let before = self.bytes + self.reserved;
        !self.ended && before > 0 && before + length > ANSWERS
    }

    fn is_empty(&self) -> bool {
        self.urgent.is_empty() && self.whole.is_empty() && self.begun.is_empty() && self.waiting.is_empty()
    }

    /// Frames for one write: those of the connection, whole messages, then a fragment of each long one in turn.
    fn gather(&mut self) -> Vec<u8> {
        let mut out = Vec::new();
        while out.len() < FRAGMENT {
            if let Some(frame) = self.urgent.pop_front().or_else(|| self.whole.pop_front()) {
                self.bytes = self.bytes.saturating_sub(frame.len());
                out.extend_from_slice(&frame);
                continue;
            }
            while self.begun.len() < MOST_UNFINISHED {
                let Some(long) = self.waiting.pop_front() else { break };
                self.begun.push_back(long);
            }
            let Some(mut long) = self.begun.pop_front() else { break };
            self.bytes = self.bytes.saturating_sub(long.write_fragment(&mut out));
            if long.written < long.body.len() {
                self.begun.push_back(long);
            }
        }
        out
    }
}

impl Long {
    /// Adds the next fragment to `out`, and gives the number of bytes of the body in it.
    fn write_fragment(&mut self, out: &mut Vec<u8>) -> usize {
        let end = self.body.len().min(self.written + FRAGMENT);
        let total = (self.body.len() as u64).to_le_bytes();
        let (first, last) = (self.written == 0, end == self.body.len());
        let flags = if first { 0 } else { CONT } | if last { 0 } else { MORE };
        let total: &[u8] = if first { &total } else { &[] };
        encode_into(out, self.kind, flags, self.stream, 0, &[total, &self.body[self.written..end]]);
        end - std::mem::replace(&mut self.written, end)
    }
}
