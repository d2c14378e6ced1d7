//! Frames of version 2 (section 6): reading, writing, and what a frame may be whatever its stream.

use crate::failure::Violation;

pub const CALL: u8 = 3;
pub const RESPONSE: u8 = 4;
pub const ERROR: u8 = 5;
pub const CANCEL: u8 = 6;
pub const PING: u8 = 7;
pub const PONG: u8 = 8;
pub const MESSAGE: u8 = 9;
pub const END: u8 = 10;
pub const CREDIT: u8 = 11;
pub const GOAWAY: u8 = 12;
pub const RELEASE: u8 = 13;
pub const DESCRIBE: u8 = 14;
pub const DESCRIPTION: u8 = 15;

pub const COMPRESSED: u8 = 1;
pub const SHARED: u8 = 2;
pub const UP: u8 = 4;
pub const MORE: u8 = 8;
pub const CONT: u8 = 16;
pub const DOWN: u8 = 32;
const RESERVED: u8 = 64 | 128;

const LARGEST_PAYLOAD: usize = 1_048_576;
const HEADER: usize = 16;

#[derive(Debug, PartialEq, Eq)]
pub struct FrameV2 {
    pub kind: u8,
    pub flags: u8,
    pub stream: u32,
    pub arg: u32,
    pub metadata: Vec<u8>,
    pub body: Vec<u8>,
}

/// Memory is set aside for bytes that have come, never on a header's word (V2-F9).
#[derive(Default)]
pub struct DecoderV2 {
    bytes: Vec<u8>,
    start: usize,
}

impl DecoderV2 {
    pub fn push(&mut self, bytes: &[u8]) {
        self.bytes.drain(..std::mem::take(&mut self.start));
        self.bytes.extend_from_slice(bytes);
    }

    pub fn next_frame(&mut self) -> Result<Option<FrameV2>, Violation> {
        let bytes = &self.bytes[self.start..];
        let Some(header) = bytes.get(..HEADER) else { return Ok(None) };
        let length = u32_at(header, 0) as usize;
        let (kind, flags) = (header[4], header[5]);
        let meta = usize::from(u16::from_le_bytes([header[6], header[7]]));
        if length > LARGEST_PAYLOAD {
            let message = format!("a frame of {length} bytes; at most {LARGEST_PAYLOAD} are allowed");
            return Err(Violation::new("V2-F1", message));
        }
        if meta > length {
            return Err(Violation::new("V2-F2", format!("{meta} bytes of metadata in a payload of {length}")));
        }
        if flags & RESERVED != 0 {
            return Err(Violation::new("V2-F3", format!("a frame with the reserved flag {}", flags & RESERVED)));
        }
        let Some(payload) = bytes.get(HEADER..HEADER + length) else { return Ok(None) };
        let (metadata, body) = payload.split_at(meta);
        let frame = FrameV2 {
            kind,
            flags,
            stream: u32_at(header, 8),
            arg: u32_at(header, 12),
            metadata: metadata.to_vec(),
            body: body.to_vec(),
        };
        self.start += HEADER + length;
        Ok(Some(frame))
    }
}

fn u32_at(bytes: &[u8], position: usize) -> u32 {
    u32::from_le_bytes(bytes[position..position + 4].try_into().expect("4 bytes"))
}

/// Whether the frame is of a type that is skipped (V2-F5); a violation of V2-F4 to V2-F6 where it is none at all.
/// Neither compression nor shared memory was agreed on.
pub fn is_skipped(frame: &FrameV2) -> Result<bool, Violation> {
    let name = frame.kind;
    let (allowed, of_connection) = match name {
        CALL => (UP | MORE | CONT | DOWN, false),
        RESPONSE | MESSAGE | DESCRIPTION => (MORE | CONT, false),
        ERROR | CANCEL | END | CREDIT | DESCRIBE => (0, false),
        PING | PONG | GOAWAY | RELEASE => (0, true),
        0..0x80 => return Ok(true),
        _ => return Err(Violation::new("V2-F5", format!("a frame of the unknown type {name}"))),
    };
    if frame.flags & !allowed != 0 {
        let why = if frame.flags & (COMPRESSED | SHARED) != 0 { ", which was not agreed on" } else { "" };
        let message = format!("a frame of type {name} with the flags {}{why}", frame.flags & !allowed);
        return Err(Violation::new("V2-F4", message));
    }
    if (frame.stream == 0) != of_connection {
        return Err(Violation::new("V2-F6", format!("a frame of type {name} on stream {}", frame.stream)));
    }
    Ok(false)
}

pub fn encode_into(out: &mut Vec<u8>, kind: u8, flags: u8, stream: u32, arg: u32, body: &[&[u8]]) {
    let length: usize = body.iter().map(|part| part.len()).sum();
    out.extend_from_slice(&(length as u32).to_le_bytes());
    out.extend_from_slice(&[kind, flags, 0, 0]);
    out.extend_from_slice(&stream.to_le_bytes());
    out.extend_from_slice(&arg.to_le_bytes());
    for part in body {
        out.extend_from_slice(part);
    }
}

pub fn encode(kind: u8, stream: u32, arg: u32, body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEADER + body.len());
    encode_into(&mut bytes, kind, 0, stream, arg, &[body]);
    bytes
}
