//! How a call fails, and how a peer breaks the protocol (sections 16 and 17).

pub const APPLICATION: u16 = 1;
pub const CANCELLED: u16 = 0xF001;
pub const DEADLINE_EXCEEDED: u16 = 0xF002;
pub const UNAVAILABLE: u16 = 0xF003;
pub const RESOURCE_EXHAUSTED: u16 = 0xF004;
pub const UNIMPLEMENTED: u16 = 0xF005;
pub const INVALID_PAYLOAD: u16 = 0xF006;
pub const INTERNAL: u16 = 0xF007;
pub const UNAUTHENTICATED: u16 = 0xF008;
pub const CONTRACT_MISMATCH: u16 = 0xF009;
pub const PROTOCOL_VIOLATION: u16 = 0xF00A;

/// Whose failure it is. A handler of this plugin fails only as the runtime does: it has no codes of its own (V2-E2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Version 1 says none.
    Unsaid = 0,
    Runtime = 2,
}

/// What a PluginError says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    pub code: u16,
    pub message: String,
    pub retry: bool,
    pub origin: Origin,
}

impl Failure {
    pub fn runtime(code: u16, message: impl Into<String>) -> Self {
        Failure { code, message: message.into(), retry: false, origin: Origin::Runtime }
    }

    /// A failure by which the runtime promises that the call did not run (V2-E4), where trying again may help.
    pub fn did_not_run(code: u16, message: impl Into<String>) -> Self {
        Failure { retry: true, ..Failure::runtime(code, message) }
    }

    pub fn invalid(message: impl Into<String>) -> Self {
        Failure::runtime(INVALID_PAYLOAD, message)
    }
}

/// The peer broke a rule that a correct peer never breaks; the connection ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    pub rule: &'static str,
    pub message: String,
}

impl Violation {
    pub fn new(rule: &'static str, message: impl Into<String>) -> Self {
        Violation { rule, message: message.into() }
    }
}

impl std::fmt::Display for Violation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} ({})", self.message, self.rule)
    }
}
