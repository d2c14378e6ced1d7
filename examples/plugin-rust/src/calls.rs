//! The calls open on a version 2 connection, and their answers.

use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use crate::control::write_plugin_error;
use crate::failure::{Failure, Violation, RESOURCE_EXHAUSTED, UNAVAILABLE};
use crate::frame_v2::{encode, DESCRIPTION, ERROR, GOAWAY, RESPONSE};
use crate::handler::{self, Handler};
use crate::link::Link;
use crate::outbox::Outbox;
use crate::stop::{Reason, Stop};

#[derive(Default)]
struct Open {
    stops: HashMap<u32, Stop>,
    goaway_sent: bool,
    /// The connection is over.
    ended: bool,
}

/// Shared by a connection's reader, its writer, and the threads of its handlers.
pub struct Calls {
    pub link: Link,
    pub outbox: Outbox,
    host_max_message_bytes: u32,
    max_concurrent_calls: u32,
    open: Mutex<Open>,
    changed: Condvar,
}

/// How long the peer has, after GOAWAY and the last answer, to end the connection (V2-G5).
const LEAVE: Duration = Duration::from_millis(500);

impl Calls {
    pub fn new(link: Link, host_max_message_bytes: u32, max_concurrent_calls: u32) -> Arc<Self> {
        let (outbox, open, changed) = Default::default();
        Arc::new(Calls { link, outbox, host_max_message_bytes, max_concurrent_calls, open, changed })
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.open.lock().expect("no panic holds the open calls")
    }

    pub fn is_open(&self, stream: u32) -> bool {
        self.lock().stops.contains_key(&stream)
    }

    /// Opens a stream (V2-S2, V2-S11). The failure is what the call is refused with.
    pub fn open(&self, stream: u32, stop: Stop) -> Result<Result<(), Failure>, Violation> {
        let mut open = self.lock();
        if stream.is_multiple_of(2) {
            return Err(Violation::new("V2-S2", format!("the host opens stream {stream}, which is even")));
        }
        if open.stops.contains_key(&stream) {
            return Err(Violation::new("V2-S2", format!("the host opens stream {stream}, which is open")));
        }
        if open.stops.len() >= self.max_concurrent_calls as usize {
            let message = format!("the host opens more than {} calls at once", self.max_concurrent_calls);
            return Err(Violation::new("V2-S11", message));
        }
        if open.goaway_sent {
            return Ok(Err(Failure::did_not_run(UNAVAILABLE, "this plugin is shutting down")));
        }
        open.stops.insert(stream, stop);
        Ok(Ok(()))
    }

    /// Runs the handler of an open stream on a thread of its own.
    pub fn start(self: &Arc<Self>, stream: u32, handler: Arc<dyn Handler>, request: Vec<u8>) {
        let Some(stop) = self.lock().stops.get(&stream).cloned() else { return };
        let calls = Arc::clone(self);
        let run = move || {
            let answer = handler::run(&*handler, &request, &stop);
            drop(request);
            calls.finish(stream, answer);
        };
        if let Err(error) = std::thread::Builder::new().name(format!("call {stream}")).spawn(run) {
            let message = format!("no thread for the call: {error}");
            self.refuse(stream, &Failure::did_not_run(RESOURCE_EXHAUSTED, message));
        }
    }

    /// The terminal of a stream. May wait until there is room for it: not for the reader's thread.
    fn finish(&self, stream: u32, answer: Result<Vec<u8>, Failure>) {
        match answer.and_then(|body| self.check_size(body)) {
            Ok(body) => {
                let length = body.len();
                self.outbox.reserve(length);
                self.close_stream(stream, RESPONSE, body, length);
            }
            Err(failure) => self.refuse(stream, &failure),
        }
    }

    /// DESCRIPTION, short enough not to wait for room.
    pub fn describe(&self, stream: u32, description: Vec<u8>) {
        match self.check_size(description) {
            Ok(body) => self.close_stream(stream, DESCRIPTION, body, 0),
            Err(failure) => self.refuse(stream, &failure),
        }
    }

    /// ERROR as the terminal of a stream, without waiting.
    pub fn refuse(&self, stream: u32, failure: &Failure) {
        self.close_stream(stream, ERROR, write_plugin_error(failure), 0);
    }

    /// The stream counts as closed before the peer can have seen its terminal: it may open another right then.
    fn close_stream(&self, stream: u32, kind: u8, body: Vec<u8>, reserved: usize) {
        let mut open = self.lock();
        open.stops.remove(&stream);
        if self.outbox.answer(stream, kind, body, reserved).is_err() {
            self.cut_off();
        }
        self.changed.notify_all();
    }

    fn check_size(&self, body: Vec<u8>) -> Result<Vec<u8>, Failure> {
        let most = self.host_max_message_bytes as usize;
        if body.len() <= most {
            return Ok(body);
        }
        let message = format!("the answer has {} bytes; the host takes at most {most}", body.len());
        Err(Failure::runtime(RESOURCE_EXHAUSTED, message))
    }

    /// CANCEL of a stream: tells its handler, or spares the peer a long answer that waits.
    pub fn cancel(&self, stream: u32) {
        let open = self.lock();
        match open.stops.get(&stream) {
            Some(stop) => stop.tell(Reason::Cancelled),
            None => {
                let error = write_plugin_error(&Reason::Cancelled.failure());
                self.outbox.abandon(stream, encode(ERROR, stream, 0, &error));
            }
        }
    }

    /// The peer lets more than the outbox holds come together: ends the connection (V2-Q4).
    pub fn cut_off(&self) {
        crate::log("a host does not read what it is owed, and is cut off");
        self.outbox.end(None);
        self.link.close();
    }

    pub fn tell_all(&self, reason: Reason) {
        self.lock().stops.values().for_each(|stop| stop.tell(reason));
    }

    /// The connection is over: handlers are told, and what they give is thrown away.
    pub fn ended(&self) {
        let mut open = self.lock();
        open.ended = true;
        open.stops.drain().for_each(|(_, stop)| stop.tell(Reason::Ending));
        self.changed.notify_all();
    }

    /// GOAWAY; then, once the open calls have been answered, the end of the connection (V2-G5).
    pub fn drain(self: &Arc<Self>) {
        let mut open = self.lock();
        if std::mem::replace(&mut open.goaway_sent, true) {
            return;
        }
        let reason = write_plugin_error(&Failure::runtime(UNAVAILABLE, "this plugin is shutting down"));
        if self.outbox.urgent(encode(GOAWAY, 0, 0, &reason)).is_err() {
            return self.cut_off();
        }
        drop(open);
        let calls = Arc::clone(self);
        std::thread::spawn(move || {
            calls.wait(Duration::MAX, |open| open.stops.is_empty());
            calls.outbox.flush(Duration::from_secs(60));
            calls.wait(LEAVE, |_| false);
            calls.outbox.flush(LEAVE);
            calls.link.close();
        });
    }

    /// Waits until `done`, the end of the connection, or for `at_most`.
    fn wait(&self, at_most: Duration, done: impl Fn(&Open) -> bool) {
        let until = Instant::now().checked_add(at_most);
        let mut open = self.lock();
        while !open.ended && !done(&open) {
            let left = until.map_or(Duration::from_secs(60), |until| until.saturating_duration_since(Instant::now()));
            if left.is_zero() {
                return;
            }
            open = self.changed.wait_timeout(open, left).expect("no panic holds the open calls").0;
        }
    }
}
