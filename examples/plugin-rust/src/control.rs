//! The control messages of pluginart.fbs that a plugin reads and writes.

use crate::failure::Failure;
use crate::flatbuffer::{Buffer, Refused};
use crate::flatbuffer_writer::{write, Value};

#[derive(Debug)]
pub struct HandshakeRequest {
    pub contract_hash: String,
    pub offer: Option<Offer>,
}

/// The part of an offer that this plugin looks at; the rest is checked and left.
#[derive(Debug)]
pub struct Offer {
    pub versions: Vec<u16>,
    pub nonce: Option<Vec<u8>>,
    pub proof: Option<Vec<u8>>,
    pub max_message_bytes: u32,
    pub stream_window: u32,
}

pub fn read_handshake_request(bytes: &[u8]) -> Result<HandshakeRequest, Refused> {
    let buffer = Buffer::new(bytes);
    let table = buffer.root()?;
    let contract_hash = table.required_string(0, "contract_hash")?.to_owned();
    table.required_string(1, "plugin_name")?;
    table.u16(2, 1)?;
    let Some(offer) = table.table(3)? else { return Ok(HandshakeRequest { contract_hash, offer: None }) };
    offer.strings(1)?;
    offer.u32(5, 256)?;
    offer.strings(7)?;
    if let Some(shared) = offer.table(8)? {
        shared.required_string(0, "to_plugin")?;
        shared.required_string(1, "to_host")?;
        shared.u64(2, 0)?;
    }
    offer.string(9)?;
    offer.string(10)?;
    let offer = Offer {
        versions: offer.u16s(0)?,
        nonce: offer.bytes(2)?.map(<[u8]>::to_vec),
        proof: offer.bytes(3)?.map(<[u8]>::to_vec),
        max_message_bytes: offer.u32(4, 4_194_304)?,
        stream_window: offer.u32(6, 1_048_576)?,
    };
    Ok(HandshakeRequest { contract_hash, offer: Some(offer) })
}

pub struct Accept<'a> {
    /// Absent in a refusal.
    pub version: Option<u16>,
    pub proof: Option<&'a [u8]>,
    pub max_message_bytes: Option<u32>,
    pub max_concurrent_calls: Option<u32>,
    pub runtime: &'a str,
    pub contract_hash: &'a str,
}

fn accept_value<'a>(accept: &Accept<'a>) -> Value<'a> {
    let mut fields = vec![(8, Value::Text(accept.runtime)), (9, Value::Text(accept.contract_hash))];
    fields.extend(accept.version.map(|version| (0, Value::U16(version))));
    fields.extend(accept.proof.map(|proof| (2, Value::Bytes(proof))));
    fields.extend(accept.max_message_bytes.map(|limit| (3, Value::U32(limit))));
    fields.extend(accept.max_concurrent_calls.map(|limit| (4, Value::U32(limit))));
    Value::Table(fields)
}

pub fn write_accepted(accept: Option<&Accept>) -> Vec<u8> {
    let mut fields = vec![(0, Value::Bool(true))];
    fields.extend(accept.map(|accept| (2, accept_value(accept))));
    write(fields)
}

pub fn write_refused(code: u16, error: &str, accept: Option<&Accept>) -> Vec<u8> {
    let mut fields = vec![(1, Value::Text(error)), (3, Value::U16(code))];
    fields.extend(accept.map(|accept| (2, accept_value(accept))));
    write(fields)
}

/// The `seq` of a Ping of version 1.
pub fn read_ping(bytes: &[u8]) -> Result<u64, Refused> {
    Buffer::new(bytes).root()?.u64(0, 0)
}

pub fn write_pong(seq: u64) -> Vec<u8> {
    write(vec![(0, Value::U64(seq))])
}

/// What ERROR and GOAWAY carry: the code and the message.
pub fn read_plugin_error(bytes: &[u8]) -> Result<(u16, String), Refused> {
    let buffer = Buffer::new(bytes);
    let table = buffer.root()?;
    table.bool(2)?;
    table.u8(3, 0)?;
    table.bytes(4)?;
    Ok((table.u16(0, 0)?, table.required_string(1, "message")?.to_owned()))
}

/// A longer message is cut, so that an error always fits one frame (V2-F10).
const LONGEST_MESSAGE: usize = 64 * 1024;

pub fn write_plugin_error(failure: &Failure) -> Vec<u8> {
    let message = &failure.message[..failure.message.floor_char_boundary(LONGEST_MESSAGE)];
    write(vec![
        (0, Value::U16(failure.code)),
        (1, Value::Text(message)),
        (2, Value::Bool(failure.retry)),
        (3, Value::U8(failure.origin as u8)),
    ])
}

/// Whether the metadata of a CALL decodes (V2-F8). This plugin has no use for what it says.
pub fn check_call_meta(bytes: &[u8]) -> Result<(), Refused> {
    let buffer = Buffer::new(bytes);
    let table = buffer.root()?;
    for slot in 0..3 {
        table.string(slot)?;
    }
    for entry in table.tables(3)? {
        entry.required_string(0, "key")?;
        entry.string(1)?;
    }
    Ok(())
}

pub fn write_description(schema: &str, contract_hash: &str, runtime: &str) -> Vec<u8> {
    write(vec![(0, Value::Text(schema)), (1, Value::Text(contract_hash)), (2, Value::Text(runtime))])
}
