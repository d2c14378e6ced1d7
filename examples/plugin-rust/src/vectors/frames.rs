//! Framing: v1-frames.json, v2-frames.json, malformed-frames.json, and the frames of v1-captures.json.

use serde_json::Value;

use super::{bytes, load, number};
use crate::echo::Echo;
use crate::failure::Violation;
use crate::frame_v1::{encode, DecoderV1, FrameV1, CALL_REQUEST};
use crate::frame_v2::{DecoderV2, FrameV2};
use crate::handler::Handler;
use crate::stop::Stop;

#[derive(Debug, PartialEq, Eq)]
enum Frame {
    Version1(FrameV1),
    Version2(FrameV2),
}

enum Decoder {
    Handshake(DecoderV1),
    Version1(DecoderV1),
    Version2(DecoderV2),
}

impl Decoder {
    fn new(mode: &Value) -> Self {
        match mode.as_str().unwrap() {
            "handshake" => Decoder::Handshake(DecoderV1::handshake()),
            "v1" => Decoder::Version1(DecoderV1::handshake().after_handshake()),
            "v2" => Decoder::Version2(DecoderV2::default()),
            mode => panic!("no such mode: {mode}"),
        }
    }

    fn push(&mut self, bytes: &[u8]) {
        match self {
            Decoder::Handshake(decoder) | Decoder::Version1(decoder) => decoder.push(bytes),
            Decoder::Version2(decoder) => decoder.push(bytes),
        }
    }

    fn next_frame(&mut self) -> Result<Option<Frame>, Violation> {
        match self {
            Decoder::Handshake(decoder) | Decoder::Version1(decoder) => Ok(decoder.next_frame()?.map(Frame::Version1)),
            Decoder::Version2(decoder) => Ok(decoder.next_frame()?.map(Frame::Version2)),
        }
    }

    fn decode(&mut self, bytes: &[u8], at_once: usize) -> (Vec<Frame>, Option<Violation>) {
        let mut frames = Vec::new();
        for chunk in bytes.chunks(at_once) {
            self.push(chunk);
            loop {
                if matches!(self, Decoder::Handshake(_)) && !frames.is_empty() {
                    return (frames, None);
                }
                match self.next_frame() {
                    Ok(Some(frame)) => frames.push(frame),
                    Ok(None) => break,
                    Err(violation) => return (frames, Some(violation)),
                }
            }
        }
        (frames, None)
    }
}

fn expected(vector: &Value) -> Vec<Frame> {
    let frames = vector["frames"].as_array().unwrap().iter();
    let frames = frames.map(|frame| {
        let kind = number(&frame["type"]) as u8;
        if vector["mode"] != "v2" {
            return Frame::Version1(FrameV1 { kind, payload: bytes(&frame["payload"]) });
        }
        Frame::Version2(FrameV2 {
            kind,
            flags: number(&frame["flags"]) as u8,
            stream: number(&frame["stream"]) as u32,
            arg: number(&frame["arg"]) as u32,
            metadata: bytes(&frame["metadata"]),
            body: bytes(&frame["body"]),
        })
    });
    frames.collect()
}

/// In one piece and in pieces. Single bytes would take minutes for the largest.
fn pieces(bytes: &[u8]) -> [usize; 2] {
    [bytes.len().max(1), if bytes.len() > 100_000 { 65_521 } else { 1 }]
}

#[test]
fn frames_decode() {
    for vector in [load("v1-frames.json", "frames"), load("v2-frames.json", "frames")].concat() {
        let input = bytes(&vector["bytes"]);
        for at_once in pieces(&input) {
            let (frames, violation) = Decoder::new(&vector["mode"]).decode(&input, at_once);
            assert_eq!(violation, None, "{}", vector["name"]);
            assert!(frames == expected(&vector), "{}, {at_once} bytes at once", vector["name"]);
        }
    }
}

#[test]
fn malformed_frames_are_violations() {
    for vector in load("malformed-frames.json", "malformed") {
        let input = bytes(&vector["bytes"]);
        for at_once in pieces(&input) {
            let (frames, violation) = Decoder::new(&vector["mode"]).decode(&input, at_once);
            assert!(frames == expected(&vector), "{}, {at_once} bytes at once", vector["name"]);
            let rule = violation.unwrap_or_else(|| panic!("{}: no violation", vector["name"])).rule;
            assert_eq!(rule, vector["error"]["rule"], "{}", vector["name"]);
        }
    }
}

#[test]
fn incomplete_frames_wait() {
    for vector in load("malformed-frames.json", "incomplete") {
        let input = bytes(&vector["bytes"]);
        for at_once in pieces(&input) {
            let (frames, violation) = Decoder::new(&vector["mode"]).decode(&input, at_once);
            assert_eq!((frames, violation), (expected(&vector), None), "{}", vector["name"]);
        }
    }
}

#[test]
fn frames_are_written_as_they_are_read() {
    for vector in load("v1-frames.json", "frames") {
        let written: Vec<u8> = expected(&vector)
            .iter()
            .flat_map(|frame| match frame {
                Frame::Version1(frame) => encode(frame.kind, &frame.payload),
                Frame::Version2(_) => unreachable!("version 1 only"),
            })
            .collect();
        assert!(bytes(&vector["bytes"]).starts_with(&written), "{}", vector["name"]);
    }
}

/// Requests that another implementation wrote reach the handler; that of the contract without an input is refused.
#[test]
fn captured_requests_are_answered() {
    let mut answered = 0;
    for vector in load("v1-captures.json", "frames") {
        let name = vector["name"].as_str().unwrap();
        if number(&vector["type"]) != u64::from(CALL_REQUEST) || !name.starts_with("echo") {
            continue;
        }
        let mut decoder = DecoderV1::handshake().after_handshake();
        decoder.push(&bytes(&vector["frame"]));
        let frame = decoder.next_frame().unwrap().unwrap();
        let answer = Echo { delay: std::time::Duration::ZERO }.call(&frame.payload, &Stop::new(None));
        match vector["value"]["payload"]["input"].as_str() {
            None => assert_eq!(answer.unwrap_err().code, crate::failure::INVALID_PAYLOAD, "{name}"),
            Some(input) => {
                let answer = answer.unwrap_or_else(|failure| panic!("{name}: {}", failure.message));
                let buffer = crate::flatbuffer::Buffer::new(&answer);
                let response = buffer.root().unwrap();
                assert_eq!(response.u8(1, 0), Ok(1));
                let output = response.table(2).unwrap().unwrap().string(0).unwrap().unwrap();
                assert_eq!(output, input.to_uppercase(), "{name}");
                answered += 1;
            }
        }
    }
    assert!(answered >= 3);
}
