//! A version 2 connection after its handshake: its reader, and what each frame does (sections 6 to 9, 11, 12).

use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::assembly::{Assembly, Step};
use crate::calls::Calls;
use crate::control::{check_call_meta, read_plugin_error, write_description, write_plugin_error};
use crate::failure::{Failure, Violation, INVALID_PAYLOAD, PROTOCOL_VIOLATION, UNIMPLEMENTED};
use crate::flatbuffer::Refused;
use crate::frame_v2::*;
use crate::handler::Handler;
use crate::handshake::Limits;
use crate::outbox::CutOff;
use crate::stop::Stop;

/// What DESCRIBE is answered with (V2-S14).
pub struct Description {
    pub schema: &'static str,
    pub contract_hash: String,
    pub runtime: String,
}

pub struct SessionV2 {
    calls: Arc<Calls>,
    assembly: Assembly,
    handler: Arc<dyn Handler>,
    description: Arc<Description>,
}

enum End {
    Violation(Violation),
    CutOff,
}

impl From<Violation> for End {
    fn from(violation: Violation) -> Self {
        End::Violation(violation)
    }
}

impl From<CutOff> for End {
    fn from(_: CutOff) -> Self {
        End::CutOff
    }
}

/// How long the peer has to take GOAWAY (V2-G6).
const GOODBYE: Duration = Duration::from_secs(1);

impl SessionV2 {
    pub fn new(calls: Arc<Calls>, limits: Limits, handler: Arc<dyn Handler>, description: Arc<Description>) -> Self {
        SessionV2 { calls, assembly: Assembly::new(limits.max_message_bytes), handler, description }
    }

    /// Serves the connection until it ends.
    pub fn run(mut self) {
        let calls = Arc::clone(&self.calls);
        let writer = {
            let calls = Arc::clone(&calls);
            std::thread::spawn(move || {
                while let Some(bytes) = calls.outbox.take() {
                    if calls.link.write_all(&bytes).is_err() {
                        calls.outbox.end(None);
                        calls.link.close();
                    }
                }
            })
        };
        match self.read() {
            Ok(()) => calls.outbox.end(None),
            Err(End::CutOff) => calls.cut_off(),
            Err(End::Violation(violation)) => {
                crate::log(&format!("a host broke the protocol: {violation}"));
                let until = Instant::now() + GOODBYE;
                let reason = Failure::runtime(PROTOCOL_VIOLATION, violation.to_string());
                calls.outbox.end(Some(encode(GOAWAY, 0, 0, &write_plugin_error(&reason))));
                calls.ended();
                if calls.outbox.flush(GOODBYE) {
                    calls.link.close_gently(until);
                }
            }
        }
        calls.link.close();
        calls.ended();
        // Closing the link has ended a write that was under way.
        let _ = writer.join();
    }

    fn read(&mut self) -> Result<(), End> {
        let mut decoder = DecoderV2::default();
        let mut chunk = vec![0; 64 * 1024];
        loop {
            match self.calls.link.read(&mut chunk) {
                Ok(0) | Err(_) => return Ok(()),
                Ok(length) => decoder.push(&chunk[..length]),
            }
            while let Some(frame) = decoder.next_frame()? {
                self.receive(frame)?;
            }
        }
    }

    /// Section 6, then 7, then 8.
    fn receive(&mut self, frame: FrameV2) -> Result<(), End> {
        if is_skipped(&frame)? {
            return Ok(());
        }
        match frame.kind {
            CALL => self.call(frame)?,
            RESPONSE | DESCRIPTION | MESSAGE | END => self.message(&frame)?,
            // Checked only: this side opens no calls (V2-S3), and leaves the end of the connection to the host (V2-G5).
            ERROR | GOAWAY => check_reason(&frame)?,
            CANCEL => self.cancel(frame.stream),
            PING => self.calls.outbox.urgent(encode(PONG, 0, frame.arg, &[]))?,
            RELEASE => return Err(Violation::new("V2-Y6", "RELEASE, and no shared memory was agreed on").into()),
            DESCRIBE => self.describe(frame.stream)?,
            // PONG: this side asks for none. CREDIT: it sends no MESSAGEs.
            _ => {}
        }
        Ok(())
    }

    fn call(&mut self, mut frame: FrameV2) -> Result<(), Violation> {
        let step = self.assembly.take(&frame)?;
        match step {
            Step::Whole => {
                if self.open(&frame)? {
                    let body = std::mem::take(&mut frame.body);
                    self.calls.start(frame.stream, Arc::clone(&self.handler), body);
                }
            }
            Step::First => {
                if self.open(&frame)? {
                    self.assembly.begin(&frame)?;
                }
            }
            Step::Finished(body) => self.calls.start(frame.stream, Arc::clone(&self.handler), body),
            Step::Between | Step::Dropped => {}
        }
        Ok(())
    }

    /// Whether the call of a CALL goes on; where it does not, it has been refused.
    fn open(&self, frame: &FrameV2) -> Result<bool, Violation> {
        let time = Duration::from_millis(frame.arg.into());
        let deadline = if frame.arg == 0 { None } else { Instant::now().checked_add(time) };
        let refused = match self.calls.open(frame.stream, Stop::new(deadline))? {
            Err(failure) => Some(failure),
            Ok(()) if frame.flags & (UP | DOWN) != 0 => {
                Some(Failure::runtime(UNIMPLEMENTED, "streams were not agreed on, and no method here has one"))
            }
            Ok(()) if frame.metadata.is_empty() => None,
            Ok(()) => check_call_meta(&frame.metadata).err().map(|Refused(why)| {
                Failure::runtime(INVALID_PAYLOAD, format!("the metadata of the call does not decode: {why}"))
            }),
        };
        if let Some(failure) = &refused {
            self.calls.refuse(frame.stream, failure);
        }
        Ok(refused.is_none())
    }

    /// RESPONSE and DESCRIPTION answer nothing here (V2-S3), and no stream takes MESSAGE or END (V2-S8).
    fn message(&mut self, frame: &FrameV2) -> Result<(), Violation> {
        let step = self.assembly.take(frame)?;
        let begins = matches!(step, Step::Whole | Step::First);
        if begins && matches!(frame.kind, MESSAGE | END) && self.calls.is_open(frame.stream) {
            let message = format!("MESSAGE or END on stream {}, whose CALL had no UP", frame.stream);
            return Err(Violation::new("V2-S8", message));
        }
        Ok(())
    }

    fn cancel(&mut self, stream: u32) {
        if self.assembly.forget(stream) {
            self.calls.refuse(stream, &crate::stop::Reason::Cancelled.failure());
        } else {
            self.calls.cancel(stream);
        }
    }

    fn describe(&self, stream: u32) -> Result<(), Violation> {
        match self.calls.open(stream, Stop::new(None))? {
            Err(failure) => self.calls.refuse(stream, &failure),
            Ok(()) => {
                let Description { schema, contract_hash, runtime } = &*self.description;
                self.calls.describe(stream, write_description(schema, contract_hash, runtime));
            }
        }
        Ok(())
    }
}

fn check_reason(frame: &FrameV2) -> Result<(), Violation> {
    match read_plugin_error(&frame.body) {
        Ok(_) => Ok(()),
        Err(Refused(why)) => {
            Err(Violation::new("V2-F10", format!("the body of type {} does not decode: {why}", frame.kind)))
        }
    }
}
