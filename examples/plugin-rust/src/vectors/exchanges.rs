//! v2-messages.json and v2-streams.json, the part of the plugin, over real sockets.

use std::collections::HashMap;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::{bytes, load, number};
use crate::calls::Calls;
use crate::control::read_plugin_error;
use crate::failure::{Failure, RESOURCE_EXHAUSTED, UNAVAILABLE};
use crate::frame_v2::*;
use crate::handler::Handler;
use crate::handshake::Limits;
use crate::link::Link;
use crate::outbox::FRAGMENT;
use crate::session_v2::{Description, SessionV2};
use crate::stop::Stop;

pub struct EchoBytes;
struct Hold;
struct Stuck;

impl Handler for EchoBytes {
    fn call(&self, request: &[u8], _: &Stop) -> Result<Vec<u8>, Failure> {
        Ok(request.to_vec())
    }
}

impl Handler for Hold {
    fn call(&self, _: &[u8], stop: &Stop) -> Result<Vec<u8>, Failure> {
        Err(stop.wait(Duration::MAX).expect("nothing else ends the wait").failure())
    }
}

impl Handler for Stuck {
    fn call(&self, _: &[u8], _: &Stop) -> Result<Vec<u8>, Failure> {
        loop {
            std::thread::park();
        }
    }
}

#[derive(Debug)]
struct Reply {
    kind: u8,
    stream: u32,
    arg: u32,
    body: Vec<u8>,
}

/// The host's side of a connection right after its handshake.
struct Host {
    socket: UnixStream,
    calls: Arc<Calls>,
    decoder: DecoderV2,
    unfinished: HashMap<u32, Vec<u8>>,
}

impl Host {
    fn connect(handler: Arc<dyn Handler>, limits: Limits, host_max_message_bytes: u32) -> Self {
        let (socket, theirs) = UnixStream::pair().unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let calls = Calls::new(Link::Unix(theirs), host_max_message_bytes, limits.max_concurrent_calls);
        let description = Description { schema: "", contract_hash: String::new(), runtime: String::new() };
        let session = SessionV2::new(Arc::clone(&calls), limits, handler, Arc::new(description));
        std::thread::spawn(move || session.run());
        Host { socket, calls, decoder: DecoderV2::default(), unfinished: HashMap::new() }
    }

    /// The next whole message or other frame; `None` at the end of the connection.
    fn next(&mut self) -> Option<Reply> {
        let mut chunk = vec![0; 65_536];
        loop {
            while let Some(frame) = self.decoder.next_frame().expect("valid frames") {
                let FrameV2 { kind, flags, stream, arg, body, .. } = frame;
                if flags == 0 {
                    return Some(Reply { kind, stream, arg, body });
                }
                assert_eq!(kind, RESPONSE);
                let message = self.unfinished.entry(stream).or_default();
                message.extend_from_slice(&body);
                assert!(self.unfinished.len() <= 4);
                if flags & MORE == 0 {
                    let message = self.unfinished.remove(&stream).unwrap();
                    let (total, body) = message.split_first_chunk::<8>().unwrap();
                    assert_eq!(u64::from_le_bytes(*total), body.len() as u64);
                    return Some(Reply { kind, stream, arg, body: body.to_vec() });
                }
            }
            match self.socket.read(&mut chunk) {
                Ok(0) => return None,
                Ok(length) => self.decoder.push(&chunk[..length]),
                Err(error) => panic!("no reply: {error}"),
            }
        }
    }

    fn send(&mut self, bytes: &[u8]) {
        self.socket.write_all(bytes).unwrap();
    }
}

fn fits(reply: &Reply, expected: &Value) -> bool {
    let types = expected["types"].as_array().unwrap();
    types.iter().any(|kind| number(kind) == u64::from(reply.kind))
        && number(&expected["stream"]) == u64::from(reply.stream)
        && expected.get("arg").is_none_or(|arg| number(arg) == u64::from(reply.arg))
        && expected.get("body").is_none_or(|body| bytes(body) == reply.body)
        && expected
            .get("code")
            .is_none_or(|code| read_plugin_error(&reply.body).is_ok_and(|(found, _)| u64::from(found) == number(code)))
}

fn exchange(vector: &Value, at_once: usize) {
    let name = &vector["name"];
    println!("{name}, {at_once} bytes at once");
    let handler: Arc<dyn Handler> = match vector["handler"].as_str().unwrap() {
        "echo" => Arc::new(EchoBytes),
        "hold" => Arc::new(Hold),
        "stuck" => Arc::new(Stuck),
        handler => panic!("no such handler: {handler}"),
    };
    let receives = |key, default| vector["receives"].get(key).map_or(default, |limit| number(limit) as u32);
    let limits = Limits {
        max_message_bytes: receives("max_message_bytes", 4_194_304),
        max_concurrent_calls: receives("max_concurrent_calls", 256),
    };
    let mut host = Host::connect(handler, limits, 4_194_304);
    let input = bytes(&vector["bytes"]);
    for piece in input.chunks(at_once) {
        // The plugin may have closed at an earlier one.
        let _ = host.socket.write_all(piece);
    }
    if let Some(code) = vector.get("goaway") {
        loop {
            let reply = host.next().unwrap_or_else(|| panic!("{name}: closed without GOAWAY"));
            if reply.kind == GOAWAY {
                assert_eq!(u64::from(read_plugin_error(&reply.body).unwrap().0), number(code), "{name}");
                assert!(host.next().is_none(), "{name}: something after GOAWAY");
                return;
            }
        }
    }
    let mut expected = vector["replies"].as_array().unwrap().clone();
    while !expected.is_empty() {
        let reply = host.next().unwrap_or_else(|| panic!("{name}: closed"));
        let found = expected.iter().position(|expected| fits(&reply, expected));
        expected.remove(found.unwrap_or_else(|| panic!("{name}: unexpected {reply:?}")));
    }
    host.send(&encode(PING, 0, 4711, &[]));
    let reply = host.next().unwrap_or_else(|| panic!("{name}: closed"));
    assert_eq!((reply.kind, reply.arg), (PONG, 4711), "{name}");
}

#[test]
fn plugins_take_part_in_exchanges() {
    let mut taken = 0;
    for vector in [load("v2-messages.json", "exchanges"), load("v2-streams.json", "exchanges")].concat() {
        if vector["to"] == "plugin" {
            exchange(&vector, usize::MAX);
            exchange(&vector, 1);
            taken += 1;
        }
    }
    assert!(taken > 80, "{taken}");
}

const LIMITS: Limits = Limits { max_message_bytes: 4_194_304, max_concurrent_calls: 16 };

fn call(stream: u32, body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let (total, rest) = ((body.len() as u64).to_le_bytes(), body);
    encode_into(&mut bytes, CALL, MORE, stream, 0, &[&total]);
    let mut chunks = rest.chunks(1_000_000).peekable();
    while let Some(chunk) = chunks.next() {
        let flags = if chunks.peek().is_some() { CONT | MORE } else { CONT };
        encode_into(&mut bytes, CALL, flags, stream, 0, &[chunk]);
    }
    bytes
}

/// Long answers leave in fragments, by turns, at most four at once.
#[test]
fn long_messages_go_both_ways() {
    let mut host = Host::connect(Arc::new(EchoBytes), LIMITS, 4_194_304);
    let body: Vec<u8> = (0..3_000_000u32).map(|at| (at % 251) as u8).collect();
    let streams = [1, 3, 5, 7, 9, 11];
    let mut writer = host.socket.try_clone().unwrap();
    let input: Vec<u8> = streams.iter().flat_map(|stream| call(*stream, &body)).collect();
    let writing = std::thread::spawn(move || writer.write_all(&input).unwrap());
    let mut answered: Vec<u32> = streams
        .iter()
        .map(|_| {
            let reply = host.next().unwrap();
            assert!(reply.body == body);
            reply.stream
        })
        .collect();
    writing.join().unwrap();
    answered.sort();
    assert_eq!(answered, streams);
}

/// V2-M10: the host's limit bounds the answer, and the error names both sizes.
#[test]
fn an_answer_above_the_host_s_limit_is_an_error() {
    let mut host = Host::connect(Arc::new(EchoBytes), LIMITS, 1024);
    host.send(&call(1, &[0; 1025]));
    let (code, message) = read_plugin_error(&host.next().unwrap().body).unwrap();
    assert_eq!(code, RESOURCE_EXHAUSTED);
    assert!(message.contains("1025") && message.contains("1024"), "{message}");
}

/// V2-D4: an answer that waits to be written is not written after CANCEL, although it has begun.
#[test]
fn a_cancelled_answer_is_abandoned() {
    let mut host = Host::connect(Arc::new(EchoBytes), LIMITS, 4_194_304);
    host.send(&call(1, &vec![7; 4_000_000]));
    // The answer has begun, and much of it waits, since nobody reads it.
    let mut header = [0; 16];
    host.socket.read_exact(&mut header).unwrap();
    assert_eq!(header[4..6], [RESPONSE, MORE]);
    host.decoder.push(&header);
    assert!(host.calls.outbox.has_long());
    host.send(&encode(CANCEL, 1, 0, &[]));
    let patience = Instant::now() + Duration::from_secs(20);
    while host.calls.outbox.has_long() {
        assert!(Instant::now() < patience, "the answer is still to leave");
        std::thread::sleep(Duration::from_millis(5));
    }
    let error = host.next().unwrap();
    assert_eq!((error.kind, error.stream), (ERROR, 1));
    assert!(host.unfinished[&1].len() < 4_000_000 - FRAGMENT);
}

/// S13, V2-G1, V2-G5: GOAWAY, what is open is finished, new calls are refused, and then the connection ends.
#[test]
fn a_draining_connection_finishes_its_calls() {
    struct Wait;
    impl Handler for Wait {
        fn call(&self, request: &[u8], stop: &Stop) -> Result<Vec<u8>, Failure> {
            assert_eq!(stop.wait(Duration::from_secs(2)), None);
            Ok(request.to_vec())
        }
    }
    let mut host = Host::connect(Arc::new(Wait), LIMITS, 4_194_304);
    host.send(&encode(CALL, 1, 0, b"open"));
    host.send(&encode(PING, 0, 1, &[]));
    assert_eq!(host.next().unwrap().kind, PONG);
    host.calls.drain();
    let goaway = host.next().unwrap();
    assert_eq!((goaway.kind, read_plugin_error(&goaway.body).unwrap().0), (GOAWAY, UNAVAILABLE));
    host.send(&encode(CALL, 3, 0, b"late"));
    let refused = host.next().unwrap();
    assert_eq!((refused.kind, refused.stream), (ERROR, 3));
    assert_eq!(read_plugin_error(&refused.body).unwrap().0, UNAVAILABLE);
    assert_eq!(host.next().unwrap().body, b"open");
    assert!(host.next().is_none());
}

/// V2-Q4: a host that does not read what is owed to it is cut off, and takes no memory without bound.
#[test]
fn a_host_that_does_not_read_is_cut_off() {
    let mut host = Host::connect(Arc::new(EchoBytes), LIMITS, 4_194_304);
    host.socket.set_write_timeout(Some(Duration::from_secs(20))).unwrap();
    let pings = encode(PING, 0, 1, &[]).repeat(65_536);
    let written = (0..200).find_map(|_| host.socket.write_all(&pings).err());
    let error = written.expect("200 MiB of pings were taken, and none of their answers read");
    assert!(matches!(error.kind(), std::io::ErrorKind::BrokenPipe | std::io::ErrorKind::ConnectionReset), "{error}");
}
