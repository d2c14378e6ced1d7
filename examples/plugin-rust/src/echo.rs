//! The service of examples/schema/echo.fbs: answers in capitals.

use std::time::Duration;

use crate::failure::{Failure, UNIMPLEMENTED};
use crate::flatbuffer::{Buffer, Refused};
use crate::flatbuffer_writer::{write, Value};
use crate::handler::Handler;
use crate::stop::Stop;

/// The contract, byte for byte.
pub const SCHEMA: &str = include_str!("../../schema/echo.fbs");

/// `Echo` is the first method of the service (C1).
const ECHO: u8 = 1;

/// The slots of `CallRequest` and `CallResponse` (section 3.1); a union's type code comes before its value.
mod slot {
    pub const REQUEST_ID: usize = 0;
    pub const REQUEST_TYPE: usize = 4;
    pub const REQUEST_PAYLOAD: usize = 5;
    pub const RESPONSE_TYPE: usize = 1;
    pub const RESPONSE_PAYLOAD: usize = 2;
}

pub struct Echo {
    /// How long each answer takes: to try out deadlines and cancellation.
    pub delay: Duration,
}

/// The method's number, the request's id, and the input where the method is ours.
fn read_request(request: &[u8]) -> Result<(u8, u64, &str), Refused> {
    let buffer = Buffer::new(request);
    let table = buffer.root()?;
    let method = table.u8(slot::REQUEST_TYPE, 0)?;
    let request_id = table.u64(slot::REQUEST_ID, 0)?;
    table.u64(1, 0)?;
    table.string(2)?;
    table.string(3)?;
    if method != ECHO {
        return Ok((method, request_id, ""));
    }
    let payload = table.table(slot::REQUEST_PAYLOAD)?;
    let payload = payload.ok_or_else(|| Refused("the request has a type and no payload".into()))?;
    Ok((method, request_id, payload.required_string(0, "input")?))
}

fn write_response(request_id: u64, output: &str) -> Vec<u8> {
    write(vec![
        (slot::REQUEST_ID, Value::U64(request_id)),
        (slot::RESPONSE_TYPE, Value::U8(ECHO)),
        (slot::RESPONSE_PAYLOAD, Value::Table(vec![(0, Value::Text(output))])),
    ])
}

impl Handler for Echo {
    fn call(&self, request: &[u8], stop: &Stop) -> Result<Vec<u8>, Failure> {
        let (method, request_id, input) =
            read_request(request).map_err(|Refused(why)| Failure::invalid(format!("the request: {why}")))?;
        if method != ECHO {
            return Err(Failure::runtime(UNIMPLEMENTED, format!("there is no method {method} in this contract")));
        }
        if let Some(reason) = stop.wait(self.delay) {
            return Err(reason.failure());
        }
        Ok(write_response(request_id, &input.to_uppercase()))
    }
}
