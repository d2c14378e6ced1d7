//! control-messages.json and proofs.json: what this plugin reads of the control messages, and what it writes.

use serde_json::Value as Json;

use super::{bytes, hex, load, number};
use crate::control::*;
use crate::failure::{Failure, Origin};
use crate::flatbuffer::{Buffer, Refused, Table};
use crate::flatbuffer_writer::{write, Value};
use crate::proof::{contract_hash, Token};

fn text<'a>(value: &'a Json, key: &str) -> Option<&'a str> {
    value.get(key).map(|text| text.as_str().unwrap())
}

fn vector(value: &Json, key: &str) -> Option<Vec<u8>> {
    value.get(key).map(bytes)
}

fn or(value: &Json, key: &str, default: u64) -> u64 {
    value.get(key).map_or(default, number)
}

/// Whether the plugin reads messages of this name at all.
fn read(message: &str, bytes: &[u8]) -> Option<Result<(), Refused>> {
    Some(match message {
        "HandshakeRequest" => read_handshake_request(bytes).map(drop),
        "Ping" => read_ping(bytes).map(drop),
        "PluginError" => read_plugin_error(bytes).map(drop),
        "CallMeta" => check_call_meta(bytes),
        _ => return None,
    })
}

#[test]
fn messages_decode() {
    for vector_ in load("control-messages.json", "messages") {
        let (name, value, input) = (&vector_["name"], &vector_["value"], bytes(&vector_["bytes"]));
        match vector_["message"].as_str().unwrap() {
            "HandshakeRequest" => {
                let request = read_handshake_request(&input).unwrap();
                assert_eq!(request.contract_hash, text(value, "contract_hash").unwrap(), "{name}");
                assert_eq!(request.offer.is_some(), value.get("offer").is_some(), "{name}");
                let Some(offer) = request.offer else { continue };
                let value = &value["offer"];
                let versions = value.get("versions").and_then(Json::as_array).cloned().unwrap_or_default();
                assert_eq!(offer.versions, versions.iter().map(|v| number(v) as u16).collect::<Vec<_>>(), "{name}");
                assert_eq!(offer.nonce, vector(value, "nonce"), "{name}");
                assert_eq!(offer.proof, vector(value, "proof"), "{name}");
                assert_eq!(u64::from(offer.max_message_bytes), or(value, "max_message_bytes", 4_194_304), "{name}");
                assert_eq!(u64::from(offer.stream_window), or(value, "stream_window", 1_048_576), "{name}");
            }
            "Ping" => assert_eq!(read_ping(&input), Ok(or(value, "seq", 0)), "{name}"),
            "PluginError" => {
                let expected = (or(value, "code", 0) as u16, text(value, "message").unwrap().to_owned());
                assert_eq!(read_plugin_error(&input), Ok(expected), "{name}");
            }
            "CallMeta" => assert_eq!(check_call_meta(&input), Ok(()), "{name}"),
            _ => {}
        }
    }
}

#[test]
fn malformed_messages_are_refused() {
    let mut refused = 0;
    for vector in load("control-messages.json", "malformed") {
        let Some(read) = read(vector["message"].as_str().unwrap(), &bytes(&vector["bytes"])) else { continue };
        assert!(read.is_err(), "{} was read", vector["name"]);
        refused += 1;
    }
    assert!(refused > 30);
}

fn check_accept(table: &Table, value: &Json, name: &Json) {
    assert_eq!(u64::from(table.u16(0, 0).unwrap()), or(value, "version", 0), "{name}");
    assert_eq!(table.bytes(2).unwrap().map(<[u8]>::to_vec), vector(value, "proof"), "{name}");
    assert_eq!(u64::from(table.u32(3, 4_194_304).unwrap()), or(value, "max_message_bytes", 4_194_304), "{name}");
    assert_eq!(u64::from(table.u32(4, 256).unwrap()), or(value, "max_concurrent_calls", 256), "{name}");
    assert_eq!(table.string(8).unwrap(), text(value, "runtime"), "{name}");
    assert_eq!(table.string(9).unwrap(), text(value, "contract_hash"), "{name}");
}

/// What is written of a response's value says the same as the value.
#[test]
fn responses_are_written() {
    for vector_ in load("control-messages.json", "messages") {
        let (name, value) = (&vector_["name"], &vector_["value"]);
        if vector_["message"] != "HandshakeResponse" || value.get("ok").is_none() {
            continue;
        }
        let proof = value.get("accept").and_then(|accept| vector(accept, "proof"));
        let limit = |accept: &Json, key| accept.get(key).map(|limit| number(limit) as u32);
        let accept = value.get("accept").map(|accept| Accept {
            version: accept.get("version").map(|version| number(version) as u16),
            proof: proof.as_deref(),
            max_message_bytes: limit(accept, "max_message_bytes"),
            max_concurrent_calls: limit(accept, "max_concurrent_calls"),
            runtime: text(accept, "runtime").unwrap_or("a runtime"),
            contract_hash: text(accept, "contract_hash").unwrap_or("a hash"),
        });
        let ok = value["ok"] == true;
        let written = if ok {
            write_accepted(accept.as_ref())
        } else {
            write_refused(or(value, "code", 0) as u16, text(value, "error").unwrap(), accept.as_ref())
        };
        for bytes in [&written, &bytes(&vector_["bytes"])] {
            let buffer = Buffer::new(bytes);
            let table = buffer.root().unwrap();
            assert_eq!(table.bool(0), Ok(ok), "{name}");
            assert_eq!(table.string(1).unwrap(), text(value, "error"), "{name}");
            assert_eq!(u64::from(table.u16(3, 0).unwrap()), or(value, "code", 0), "{name}");
            let read = table.table(2).unwrap();
            assert_eq!(read.is_some(), value.get("accept").is_some(), "{name}");
            if let (Some(read), true) = (read, value["accept"].get("runtime").is_some()) {
                check_accept(&read, &value["accept"], name);
            }
        }
    }
}

#[test]
fn pongs_are_written() {
    for seq in [0, 1, 255, u64::MAX] {
        let written = write_pong(seq);
        assert_eq!(read_ping(&written), Ok(seq));
        // FB1: seq lies at a multiple of 8.
        assert_eq!(written[written.len() - 8..], seq.to_le_bytes());
        assert_eq!(written.len() % 8, 0);
    }
}

#[test]
fn errors_and_descriptions_are_written() {
    let failure = Failure { code: 42, message: "später ✓".into(), retry: true, origin: Origin::Runtime };
    let written = write_plugin_error(&failure);
    assert_eq!(read_plugin_error(&written), Ok((42, "später ✓".to_owned())));
    let buffer = Buffer::new(&written);
    let table = buffer.root().unwrap();
    assert_eq!((table.bool(2), table.u8(3, 0)), (Ok(true), Ok(2)));

    let long = Failure::runtime(1, "ä".repeat(1_000_000));
    assert!(write_plugin_error(&long).len() < 70_000);

    let written = write_description("a schema", "a hash", "a runtime");
    let buffer = Buffer::new(&written);
    let table = buffer.root().unwrap();
    let texts = [0, 1, 2].map(|slot| table.string(slot).unwrap().unwrap());
    assert_eq!(texts, ["a schema", "a hash", "a runtime"]);
}

/// FB5: a vector that names one string over and over is not read to the end.
#[test]
fn visited_bytes_are_bounded() {
    let named = 1000;
    let mut bytes = write(vec![(0, Value::Text(""))]);
    let root = u32::from_le_bytes(bytes[..4].try_into().unwrap()) as usize;
    let vector = bytes.len();
    let string = vector + 4 + 4 * named;
    bytes[root + 4..root + 8].copy_from_slice(&((vector - root - 4) as u32).to_le_bytes());
    bytes.extend_from_slice(&(named as u32).to_le_bytes());
    for index in 0..named {
        bytes.extend_from_slice(&((string - (vector + 4 + 4 * index)) as u32).to_le_bytes());
    }
    bytes.extend_from_slice(&4096u32.to_le_bytes());
    bytes.extend_from_slice(&[b'x'; 4096]);
    bytes.push(0);
    let buffer = Buffer::new(&bytes);
    assert!(buffer.root().unwrap().strings(0).is_err());
}

#[test]
fn proofs_are_made() {
    for vector in load("proofs.json", "proofs") {
        let token = Token::parse(vector["token"].as_str().unwrap()).unwrap();
        let (nonce, host) = (bytes(&vector["nonce"]), bytes(&vector["host_proof"]));
        let hash = vector["contract_hash"].as_str().unwrap();
        assert!(token.is_host_proof(&host, &nonce, hash));
        assert!(!token.is_host_proof(&host[1..], &nonce, hash));
        assert_eq!(token.plugin_proof(&nonce, &host), bytes(&vector["plugin_proof"]));
    }
}

#[test]
fn tokens_are_16_to_64_bytes_in_hexadecimal() {
    for good in ["aB".repeat(16), "00".repeat(64)] {
        assert!(Token::parse(&good).is_ok(), "{good}");
    }
    for bad in ["".into(), "ab".repeat(15), "ab".repeat(65), "ab".repeat(16) + "a", "xy".repeat(16), "é".repeat(32)] {
        assert!(Token::parse(&bad).is_err(), "{bad}");
    }
}

#[test]
fn the_hash_is_of_the_schema_s_bytes() {
    let hash = contract_hash(b"hello");
    assert_eq!(hash, "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
    assert_eq!(hex(&hash[7..]).len(), 32);
}
