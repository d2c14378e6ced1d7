//! handshakes.json, the part of the plugins, over real sockets.

use std::io::{ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::exchanges::EchoBytes;
use super::{bytes, load, number};
use crate::flatbuffer::Buffer;
use crate::frame_v1::{DecoderV1, HANDSHAKE_RESPONSE};
use crate::handshake::{Identity, Limits};
use crate::link::Link;
use crate::plugin::Plugin;
use crate::proof::Token;

fn plugin(vector: &Value) -> Arc<Plugin> {
    let identity = Identity {
        contract_hash: vector["contract_hash"].as_str().unwrap().into(),
        runtime: "a test".into(),
        limits: Limits { max_message_bytes: 4_194_304, max_concurrent_calls: 256 },
        token: vector.get("token").map(|token| Token::parse(token.as_str().unwrap()).unwrap()),
        nonces: Mutex::default(),
    };
    Plugin::new(identity, Arc::new(EchoBytes), "")
}

/// What the plugin says, and whether it closes then. `outcome` is the one expected, and says what is waited for.
fn dial(plugin: &Arc<Plugin>, pieces: &[&[u8]], outcome: &str) -> (Vec<u8>, bool) {
    let (host, theirs) = UnixStream::pair().unwrap();
    plugin.serve(Link::Unix(theirs));
    for piece in pieces {
        // The plugin may have closed at an earlier piece.
        let _ = (&host).write_all(piece);
    }
    let (short, long) = (Duration::from_millis(100), Duration::from_secs(20));
    let mut said = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        // Where it should go on, silence is enough once it has answered, or if it should not.
        let silence = outcome == "waiting" || matches!(outcome, "v1" | "v2") && !said.is_empty();
        host.set_read_timeout(Some(if silence { short } else { long })).unwrap();
        match (&host).read(&mut chunk) {
            Ok(0) => return (said, true),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => return (said, true),
            Err(_) => return (said, false),
            Ok(length) => said.extend_from_slice(&chunk[..length]),
        }
    }
}

#[test]
fn plugins_answer_handshakes() {
    for vector in load("handshakes.json", "plugins") {
        let early = vector["rule"] == "V2-N6";
        for single in [false, true] {
            // What comes too early comes in one read; byte by byte it may come when it is no longer early.
            if single && early {
                continue;
            }
            let plugin = plugin(&vector["plugin"]);
            for connection in vector["connections"].as_array().unwrap() {
                let input = bytes(&connection["bytes"]);
                let at_once = if single && input.len() < 1000 { 1 } else { input.len() };
                let pieces: Vec<&[u8]> = input.chunks(at_once).collect();
                check(&plugin, &pieces, &connection["expect"], &vector["name"]);
            }
        }
    }
}

fn check(plugin: &Arc<Plugin>, pieces: &[&[u8]], expect: &Value, name: &Value) {
    let outcome = expect["outcome"].as_str().unwrap();
    let (said, closed) = dial(plugin, pieces, outcome);
    assert_eq!(closed, matches!(outcome, "refused" | "closed"), "{name}");
    if matches!(outcome, "closed" | "waiting") {
        assert!(said.is_empty(), "{name}: {said:?}");
        return;
    }
    let mut decoder = DecoderV1::handshake();
    decoder.push(&said);
    let frame = decoder.next_frame().unwrap().unwrap_or_else(|| panic!("{name}: no response"));
    assert_eq!(frame.kind, HANDSHAKE_RESPONSE, "{name}");
    let buffer = Buffer::new(&frame.payload);
    let response = buffer.root().unwrap();
    assert_eq!(response.bool(0), Ok(outcome != "refused"), "{name}");
    if let Some(code) = expect.get("code") {
        assert_eq!(u64::from(response.u16(3, 0).unwrap()), number(code), "{name}");
    }
    if let Some(error) = expect.get("error") {
        assert_eq!(response.string(1).unwrap(), error.as_str(), "{name}");
    }
    let accept = response.table(2).unwrap();
    let version = accept.as_ref().map_or(0, |accept| accept.u16(0, 0).unwrap());
    assert_eq!(version, if outcome == "v2" { 2 } else { 0 }, "{name}");
    let hash = accept.as_ref().and_then(|accept| accept.string(9).unwrap());
    assert_eq!(hash, expect.get("contract_hash").and_then(Value::as_str), "{name}");
    let proof = accept.as_ref().and_then(|accept| accept.bytes(2).unwrap());
    assert_eq!(proof.map(<[u8]>::to_vec), expect.get("proof").map(bytes), "{name}");
}

/// V1-H6: the seventeenth connection that has not shaken hands is closed, and there is room again when one has ended.
#[test]
fn unfinished_handshakes_are_bounded() {
    let hash = serde_json::json!({ "contract_hash": "sha256:" });
    let plugin = plugin(&hash);
    let connect = |wait| {
        let (host, theirs) = UnixStream::pair().unwrap();
        plugin.serve(Link::Unix(theirs));
        host.set_read_timeout(Some(wait)).unwrap();
        host
    };
    let (short, long) = (Duration::from_millis(10), Duration::from_secs(20));
    let mut hosts: Vec<UnixStream> = (0..16).map(|_| connect(short)).collect();
    assert_eq!(connect(long).read(&mut [0]).unwrap(), 0);
    for host in &mut hosts {
        assert!(host.read(&mut [0]).is_err(), "one of the first sixteen was closed");
    }
    hosts.pop();
    let patience = Instant::now() + Duration::from_secs(20);
    while connect(short).read(&mut [0]).is_ok() {
        assert!(Instant::now() < patience, "there is no room again");
        std::thread::sleep(Duration::from_millis(5));
    }
}
