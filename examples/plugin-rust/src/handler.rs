//! What a session calls: opaque bytes in, opaque bytes or a failure out.

use std::panic::{catch_unwind, AssertUnwindSafe};

use crate::failure::{Failure, INTERNAL};
use crate::stop::Stop;

pub trait Handler: Send + Sync {
    /// `request` is a whole `CallRequest`, what returns a whole `CallResponse`. Runs on a thread of its own, and
    /// returns soon after `stop` says so.
    fn call(&self, request: &[u8], stop: &Stop) -> Result<Vec<u8>, Failure>;
}

/// Calls the handler, also where it is to stop already: it sees that itself. One that panics is INTERNAL (V2-E6).
pub fn run(handler: &dyn Handler, request: &[u8], stop: &Stop) -> Result<Vec<u8>, Failure> {
    catch_unwind(AssertUnwindSafe(|| handler.call(request, stop))).unwrap_or_else(|panic| {
        let text = panic.downcast_ref::<String>().map(String::as_str);
        let text = text.or(panic.downcast_ref::<&str>().copied()).unwrap_or("without a message");
        Err(Failure::runtime(INTERNAL, format!("the handler panicked: {text}")))
    })
}
