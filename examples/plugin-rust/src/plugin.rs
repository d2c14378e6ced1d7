//! The plugin as a whole: every connection from being accepted to its end, and how all of them end together.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use crate::calls::Calls;
use crate::control::{read_handshake_request, HandshakeRequest};
use crate::flatbuffer::Refused;
use crate::frame_v1::{encode, DecoderV1, HANDSHAKE_REQUEST, HANDSHAKE_RESPONSE};
use crate::handler::Handler;
use crate::handshake::{Identity, Verdict};
use crate::link::Link;
use crate::session_v1::SessionV1;
use crate::session_v2::{Description, SessionV2};
use crate::stop::Reason;

/// V1-H5
const HANDSHAKE: Duration = Duration::from_secs(5);
/// V1-H6
const MOST_HANDSHAKES: usize = 16;
/// How long a peer has to take a refusal (V1-H4).
const REFUSAL: Duration = Duration::from_secs(1);

#[derive(Clone)]
enum Session {
    Version1(Arc<SessionV1>),
    Version2(Arc<Calls>),
}

#[derive(Default)]
struct Sessions {
    live: HashMap<u64, Session>,
    next: u64,
    stopping: bool,
}

pub struct Plugin {
    pub identity: Identity,
    pub handler: Arc<dyn Handler>,
    pub description: Arc<Description>,
    sessions: Mutex<Sessions>,
    changed: Condvar,
    handshakes: AtomicUsize,
}

impl Session {
    fn drain(&self) {
        match self {
            Session::Version1(session) => session.drain(),
            Session::Version2(calls) => calls.drain(),
        }
    }

    fn tell(&self, reason: Reason) {
        match self {
            Session::Version1(session) => session.tell(reason),
            Session::Version2(calls) => calls.tell_all(reason),
        }
    }
}

impl Plugin {
    pub fn new(identity: Identity, handler: Arc<dyn Handler>, schema: &'static str) -> Arc<Self> {
        let description = Arc::new(Description {
            schema,
            contract_hash: identity.contract_hash.clone(),
            runtime: identity.runtime.clone(),
        });
        let (sessions, changed, handshakes) = Default::default();
        Arc::new(Plugin { identity, handler, description, sessions, changed, handshakes })
    }

    fn lock(&self) -> MutexGuard<'_, Sessions> {
        self.sessions.lock().expect("no panic holds the sessions")
    }

    /// Serves a connection that has just been accepted, on a thread of its own.
    pub fn serve(self: &Arc<Self>, link: Link) {
        if self.lock().stopping || self.handshakes.load(Ordering::SeqCst) >= MOST_HANDSHAKES {
            return link.close();
        }
        self.handshakes.fetch_add(1, Ordering::SeqCst);
        let plugin = Arc::clone(self);
        let accepted = Instant::now();
        let run = move || plugin.connection(link, accepted);
        if let Err(error) = std::thread::Builder::new().name("connection".into()).spawn(run) {
            self.handshakes.fetch_sub(1, Ordering::SeqCst);
            crate::log(&format!("no thread for a connection: {error}"));
        }
    }

    fn connection(&self, link: Link, accepted: Instant) {
        let mut decoder = DecoderV1::handshake();
        let verdict = self.shake(&link, &mut decoder, accepted + HANDSHAKE);
        let session = match verdict {
            Verdict::Version1 { .. } => Session::Version1(SessionV1::new(link)),
            Verdict::Version2 { host_max_message_bytes, .. } => {
                let calls = self.identity.limits.max_concurrent_calls;
                Session::Version2(Calls::new(link, host_max_message_bytes, calls))
            }
            Verdict::Refused { why, .. } => {
                crate::log(&format!("a host was refused: {why}"));
                link.close_gently(Instant::now() + REFUSAL);
                self.handshakes.fetch_sub(1, Ordering::SeqCst);
                return;
            }
            Verdict::Closed { why } => {
                crate::log(&format!("a connection was closed before its handshake was done: {why}"));
                link.close();
                self.handshakes.fetch_sub(1, Ordering::SeqCst);
                return;
            }
        };
        self.handshakes.fetch_sub(1, Ordering::SeqCst);

        let id = self.register(&session);
        match session {
            Session::Version1(session) => session.run(decoder.after_handshake(), &*self.handler),
            Session::Version2(calls) => {
                let (handler, description) = (Arc::clone(&self.handler), Arc::clone(&self.description));
                SessionV2::new(calls, self.identity.limits, handler, description).run();
            }
        }
        self.lock().live.remove(&id);
        self.changed.notify_all();
    }

    /// Reads the request and writes the response, which the verdict still holds.
    fn shake(&self, link: &Link, decoder: &mut DecoderV1, until: Instant) -> Verdict {
        let request = match read_request(link, decoder, until) {
            Ok(request) => request,
            Err(why) => return Verdict::Closed { why },
        };
        let verdict = self.identity.answer(&request, decoder.pending(), self.lock().stopping);
        let response = match &verdict {
            Verdict::Version1 { response } => response,
            Verdict::Version2 { response, .. } | Verdict::Refused { response, .. } => response,
            Verdict::Closed { .. } => return verdict,
        };
        let written = link
            .set_write_timeout(Some(REFUSAL))
            .and_then(|()| link.write_all(&encode(HANDSHAKE_RESPONSE, response)))
            .and_then(|()| link.set_write_timeout(None))
            .and_then(|()| link.set_read_timeout(None));
        match written {
            Ok(()) => verdict,
            Err(error) => Verdict::Closed { why: error.to_string() },
        }
    }

    fn register(&self, session: &Session) -> u64 {
        let mut sessions = self.lock();
        sessions.next += 1;
        let id = sessions.next;
        sessions.live.insert(id, session.clone());
        if sessions.stopping {
            session.drain();
        }
        id
    }

    /// No more connections or calls; returns when what was open has been answered (S13).
    pub fn drain(&self) {
        let mut sessions = self.lock();
        sessions.stopping = true;
        sessions.live.values().for_each(Session::drain);
        while !sessions.live.is_empty() {
            sessions = self.changed.wait(sessions).expect("no panic holds the sessions");
        }
    }

    /// Tells every handler to stop (S12).
    pub fn tell_all(&self) {
        let mut sessions = self.lock();
        sessions.stopping = true;
        sessions.live.values().for_each(|session| session.tell(Reason::Ending));
    }
}

fn read_request(link: &Link, decoder: &mut DecoderV1, until: Instant) -> Result<HandshakeRequest, String> {
    let mut chunk = vec![0; 16 * 1024];
    let frame = loop {
        if let Some(frame) = decoder.next_frame().map_err(|violation| violation.to_string())? {
            break frame;
        }
        match link.read_until(&mut chunk, until).map_err(|error| error.to_string())? {
            0 => return Err("the host ended it".into()),
            length => decoder.push(&chunk[..length]),
        }
    };
    if frame.kind != HANDSHAKE_REQUEST {
        return Err(format!("the first frame has type {} (V1-H2)", frame.kind));
    }
    read_handshake_request(&frame.payload).map_err(|Refused(why)| format!("the request does not decode: {why} (V1-H2)"))
}
