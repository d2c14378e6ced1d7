//! Frames of version 1 (section 4.1), which also carry the handshake of version 2.

use crate::failure::Violation;

pub const HANDSHAKE_REQUEST: u8 = 1;
pub const HANDSHAKE_RESPONSE: u8 = 2;
pub const CALL_REQUEST: u8 = 3;
pub const CALL_RESPONSE: u8 = 4;
pub const PLUGIN_ERROR: u8 = 5;
pub const CANCEL: u8 = 6;
pub const PING: u8 = 7;
pub const PONG: u8 = 8;

pub const LARGEST_PAYLOAD: usize = 4_194_304;
const LARGEST_HANDSHAKE: usize = 65_536;
const MAGIC: &[u8; 4] = b"PLGN";
const HEADER: usize = 9;

#[derive(Debug, PartialEq, Eq)]
pub struct FrameV1 {
    pub kind: u8,
    pub payload: Vec<u8>,
}

/// Memory is set aside for bytes that have come, never on a header's word (V1-F4).
pub struct DecoderV1 {
    bytes: Vec<u8>,
    start: usize,
    largest: usize,
    rule: &'static str,
}

impl DecoderV1 {
    /// Reads the handshake: payloads of 64 KiB at most (V1-F3).
    pub fn handshake() -> Self {
        DecoderV1 { bytes: Vec::new(), start: 0, largest: LARGEST_HANDSHAKE, rule: "V1-F3" }
    }

    /// The handshake is done: goes on with what has come since, and frames of any length.
    pub fn after_handshake(self) -> Self {
        DecoderV1 { largest: LARGEST_PAYLOAD, rule: "V1-F2", ..self }
    }

    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes.drain(..std::mem::take(&mut self.start));
        self.bytes.extend_from_slice(bytes);
    }

    /// Bytes that are not yet part of a frame.
    pub fn pending(&self) -> usize {
        self.bytes.len() - self.start
    }

    pub fn next_frame(&mut self) -> Result<Option<FrameV1>, Violation> {
        let bytes = &self.bytes[self.start..];
        if !bytes.iter().zip(MAGIC).all(|(found, expected)| found == expected) {
            return Err(Violation::new("V1-F1", "a frame does not begin with PLGN"));
        }
        let Some(length) = bytes.get(4..8) else { return Ok(None) };
        let length = u32::from_le_bytes(length.try_into().expect("4 bytes")) as usize;
        if length > self.largest {
            return Err(Violation::new(
                self.rule,
                format!("a frame of {length} bytes; at most {} are allowed", self.largest),
            ));
        }
        let Some(payload) = bytes.get(HEADER..HEADER + length) else { return Ok(None) };
        let frame = FrameV1 { kind: bytes[8], payload: payload.to_vec() };
        self.start += HEADER + length;
        Ok(Some(frame))
    }
}

pub fn encode(kind: u8, payload: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEADER + payload.len());
    bytes.extend_from_slice(MAGIC);
    bytes.extend_from_slice(&(payload.len() as u32).to_le_bytes());
    bytes.push(kind);
    bytes.extend_from_slice(payload);
    bytes
}
