//! A version 1 connection after its handshake (section 4): one call at a time, answers in the order asked.

use std::sync::mpsc::{sync_channel, Receiver, SyncSender};
use std::sync::{Arc, Mutex, MutexGuard};

use crate::control::{read_ping, write_plugin_error, write_pong};
use crate::failure::{Failure, Origin, Violation, APPLICATION, RESOURCE_EXHAUSTED, UNAVAILABLE};
use crate::flatbuffer::Refused;
use crate::frame_v1::*;
use crate::handler::{self, Handler};
use crate::link::Link;
use crate::stop::{Reason, Stop};

enum Job {
    Call(Vec<u8>, Stop),
    /// A frame that is ready, in its turn.
    Frame(Vec<u8>),
}

#[derive(Default)]
struct State {
    /// Jobs that have not been answered yet.
    owed: usize,
    /// Of the last call that came.
    stop: Option<Stop>,
    draining: bool,
}

pub struct SessionV1 {
    pub link: Link,
    state: Mutex<State>,
}

impl SessionV1 {
    pub fn new(link: Link) -> Arc<Self> {
        Arc::new(SessionV1 { link, state: Mutex::default() })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("no panic holds a session")
    }

    /// Serves the connection until it ends. `decoder` may hold bytes that came behind the handshake.
    pub fn run(&self, decoder: DecoderV1, handler: &dyn Handler) {
        // The reader stops where a frame waits and another is being answered (V1-O2).
        let (sender, receiver) = sync_channel(1);
        std::thread::scope(|scope| {
            scope.spawn(|| self.work(receiver, handler));
            if let Err(violation) = self.read(decoder, sender) {
                crate::log(&format!("a host broke the protocol: {violation}"));
            }
            self.link.close();
            self.tell(Reason::Ending);
        });
    }

    fn read(&self, mut decoder: DecoderV1, jobs: SyncSender<Job>) -> Result<(), Violation> {
        let mut chunk = vec![0; 64 * 1024];
        loop {
            while let Some(frame) = decoder.next_frame()? {
                let Some(job) = self.receive(frame)? else { continue };
                self.lock().owed += 1;
                if jobs.send(job).is_err() {
                    return Ok(());
                }
            }
            match self.link.read(&mut chunk) {
                Ok(0) | Err(_) => return Ok(()),
                Ok(length) => decoder.push(&chunk[..length]),
            }
        }
    }

    fn receive(&self, frame: FrameV1) -> Result<Option<Job>, Violation> {
        match frame.kind {
            CALL_REQUEST => {
                let mut state = self.lock();
                if state.draining {
                    return Ok(Some(Job::Frame(encode_failure(Failure::did_not_run(
                        UNAVAILABLE,
                        "this plugin is shutting down",
                    )))));
                }
                let stop = Stop::new(None);
                state.stop = Some(stop.clone());
                Ok(Some(Job::Call(frame.payload, stop)))
            }
            PING => match read_ping(&frame.payload) {
                Ok(seq) => Ok(Some(Job::Frame(encode(PONG, &write_pong(seq))))),
                Err(Refused(why)) => Err(Violation::new("V1-F7", format!("a Ping does not decode: {why}"))),
            },
            CANCEL => {
                self.tell(Reason::Cancelled);
                Ok(None)
            }
            kind => Err(Violation::new("V1-F5", format!("a frame of type {kind} from the host"))),
        }
    }

    fn work(&self, jobs: Receiver<Job>, handler: &dyn Handler) {
        for job in jobs {
            let frame = match job {
                Job::Frame(frame) => frame,
                Job::Call(request, stop) => match handler::run(handler, &request, &stop).and_then(check_size) {
                    Ok(response) => encode(CALL_RESPONSE, &response),
                    Err(failure) => encode_failure(failure),
                },
            };
            let written = self.link.write_all(&frame);
            let mut state = self.lock();
            state.owed -= 1;
            if written.is_err() || state.draining && state.owed == 0 {
                self.link.close();
            }
        }
    }

    pub fn tell(&self, reason: Reason) {
        if let Some(stop) = &self.lock().stop {
            stop.tell(reason);
        }
    }

    /// Answers what was asked, and then ends the connection.
    pub fn drain(&self) {
        let mut state = self.lock();
        state.draining = true;
        if state.owed == 0 {
            self.link.close();
        }
    }
}

fn check_size(response: Vec<u8>) -> Result<Vec<u8>, Failure> {
    if response.len() <= LARGEST_PAYLOAD {
        return Ok(response);
    }
    let message = format!("the answer has {} bytes; version 1 takes at most {LARGEST_PAYLOAD}", response.len());
    Err(Failure::runtime(RESOURCE_EXHAUSTED, message))
}

/// Every failure of the framework is code 1 in version 1, and says neither its origin nor that it may be tried again
/// (V1-C4). This plugin has no other failures.
fn encode_failure(failure: Failure) -> Vec<u8> {
    let Failure { message, .. } = failure;
    let failure = Failure { code: APPLICATION, message, retry: false, origin: Origin::Unsaid };
    encode(PLUGIN_ERROR, &write_plugin_error(&failure))
}
