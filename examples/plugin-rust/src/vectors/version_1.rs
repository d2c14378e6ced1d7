//! A version 1 connection, from its handshake on, in the frames of v1-captures.json.

use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use super::{bytes, load};
use crate::control::{read_ping, read_plugin_error};
use crate::echo::Echo;
use crate::flatbuffer::Buffer;
use crate::frame_v1::*;
use crate::handshake::{Identity, Limits};
use crate::link::Link;
use crate::plugin::Plugin;

struct Host {
    socket: UnixStream,
    decoder: DecoderV1,
    plugin: Arc<Plugin>,
}

fn capture(name: &str) -> Vec<u8> {
    let frames = load("v1-captures.json", "frames");
    bytes(&frames.iter().find(|frame| frame["name"] == name).unwrap_or_else(|| panic!("no {name}"))["frame"])
}

impl Host {
    fn connect(delay: Duration) -> Self {
        let request = capture("handshake request");
        let mut decoder = DecoderV1::handshake();
        decoder.push(&request);
        let payload = decoder.next_frame().unwrap().unwrap().payload;
        let identity = Identity {
            contract_hash: crate::control::read_handshake_request(&payload).unwrap().contract_hash,
            runtime: String::new(),
            limits: Limits { max_message_bytes: 4_194_304, max_concurrent_calls: 1 },
            token: None,
            nonces: Mutex::default(),
        };
        let plugin = Plugin::new(identity, Arc::new(Echo { delay }), "");
        let (socket, theirs) = UnixStream::pair().unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        plugin.serve(Link::Unix(theirs));
        let mut host = Host { socket, decoder: decoder.after_handshake(), plugin };
        host.send(&request);
        let response = host.next().unwrap();
        assert_eq!(response.kind, HANDSHAKE_RESPONSE);
        assert_eq!(Buffer::new(&response.payload).root().unwrap().bool(0), Ok(true));
        host
    }

    fn send(&mut self, bytes: &[u8]) {
        self.socket.write_all(bytes).unwrap();
    }

    /// `None` at the end of the connection.
    fn next(&mut self) -> Option<FrameV1> {
        let mut chunk = [0; 4096];
        loop {
            if let Some(frame) = self.decoder.next_frame().unwrap() {
                return Some(frame);
            }
            match self.socket.read(&mut chunk).expect("a frame, or the end") {
                0 => return None,
                length => self.decoder.push(&chunk[..length]),
            }
        }
    }
}

#[test]
fn calls_and_pings_are_answered_in_order() {
    let mut host = Host::connect(Duration::from_millis(100));
    host.send(&[capture("echo CallRequest \"hello\""), capture("ping 255"), capture("ping 1")].concat());
    let answers = [(); 3].map(|()| host.next().unwrap());
    assert_eq!(answers[0].kind, CALL_RESPONSE);
    assert_eq!((answers[1].kind, read_ping(&answers[1].payload)), (PONG, Ok(255)));
    assert_eq!((answers[2].kind, read_ping(&answers[2].payload)), (PONG, Ok(1)));
}

/// V1-C4: whatever the framework has against a call is code 1, and the connection goes on.
#[test]
fn failures_of_the_framework_are_code_1() {
    let mut host = Host::connect(Duration::ZERO);
    for request in [encode(CALL_REQUEST, b"junk"), capture("echo CallRequest, input absent")] {
        host.send(&request);
        let answer = host.next().unwrap();
        assert_eq!((answer.kind, read_plugin_error(&answer.payload).unwrap().0), (PLUGIN_ERROR, 1));
    }
}

/// V1-C5: the call is answered all the same, once.
#[test]
fn a_handler_is_told_of_cancel() {
    let mut host = Host::connect(Duration::from_secs(60));
    host.send(&capture("cancel, empty payload"));
    host.send(&[capture("echo CallRequest \"hello\""), capture("cancel, empty payload")].concat());
    assert_eq!(host.next().unwrap().kind, PLUGIN_ERROR);
    host.send(&capture("ping 1"));
    assert_eq!(host.next().unwrap().kind, PONG);
}

/// V1-F6: a violation closes without a reply.
#[test]
fn violations_close() {
    for frame in [encode(CALL_RESPONSE, b""), encode(9, b""), encode(PING, b"junk"), capture("handshake request")] {
        let mut host = Host::connect(Duration::ZERO);
        host.send(&frame);
        assert_eq!(host.next(), None);
    }
}

/// S13: what was asked is answered, and then the connection ends.
#[test]
fn a_draining_connection_answers_first() {
    let mut host = Host::connect(Duration::from_secs(3));
    host.send(&[capture("ping 1"), capture("echo CallRequest \"hello\"")].concat());
    assert_eq!(host.next().unwrap().kind, PONG);
    // The reader has the call, or will have it in this time.
    std::thread::sleep(Duration::from_millis(500));
    let plugin = Arc::clone(&host.plugin);
    let draining = std::thread::spawn(move || plugin.drain());
    assert_eq!(host.next().unwrap().kind, CALL_RESPONSE);
    assert_eq!(host.next(), None);
    draining.join().unwrap();
}
