package fault

import "strconv"

// Code says what went wrong. 1 to 0xEFFF belong to the application, the rest is pluginart's: see
// protocol/pluginart.fbs. A Code is an error, so that errors.Is(err, fault.Unavailable) asks for it.
type Code uint16

const (
	// Application is a handler's failure without a code of its own, and every failure told to a version 1 host.
	Application Code = 1
	// Cancelled: the caller gave up. Is context.Canceled too.
	Cancelled Code = 0xF001
	// DeadlineExceeded: the time for the call ran out. Is context.DeadlineExceeded too.
	DeadlineExceeded Code = 0xF002
	// Unavailable: the plugin is not there: not started, crashed, or the connection broke.
	Unavailable Code = 0xF003
	// ResourceExhausted: a limit was reached: message size, calls open at once, queue length.
	ResourceExhausted Code = 0xF004
	// Unimplemented: the peer has no such method, or cannot do this.
	Unimplemented Code = 0xF005
	// InvalidPayload: bytes that are no valid value of the schema.
	InvalidPayload Code = 0xF006
	// Internal: a fault of pluginart itself, or a handler that panicked.
	Internal Code = 0xF007
	// Unauthenticated: the peer did not prove that it knows the token.
	Unauthenticated Code = 0xF008
	// ContractMismatch: the two sides were built from different schemas.
	ContractMismatch Code = 0xF009
	// ProtocolViolation: the peer broke a rule of the protocol.
	ProtocolViolation Code = 0xF00A
	// ConfigInvalid: the configuration is wrong.
	ConfigInvalid Code = 0xF00B
	// StartupFailed: the plugin did not start.
	StartupFailed Code = 0xF00C
)

// LastApplicationCode is the highest code that a handler may choose.
const LastApplicationCode Code = 0xEFFF

var codeNames = map[Code]string{
	0:                 "NONE",
	Application:       "APPLICATION",
	Cancelled:         "CANCELLED",
	DeadlineExceeded:  "DEADLINE_EXCEEDED",
	Unavailable:       "UNAVAILABLE",
	ResourceExhausted: "RESOURCE_EXHAUSTED",
	Unimplemented:     "UNIMPLEMENTED",
	InvalidPayload:    "INVALID_PAYLOAD",
	Internal:          "INTERNAL",
	Unauthenticated:   "UNAUTHENTICATED",
	ContractMismatch:  "CONTRACT_MISMATCH",
	ProtocolViolation: "PROTOCOL_VIOLATION",
	ConfigInvalid:     "CONFIG_INVALID",
	StartupFailed:     "STARTUP_FAILED",
}

// String is the code's name, DEADLINE_EXCEEDED; an application's own code is APPLICATION(42).
func (c Code) String() string {
	if name, ok := codeNames[c]; ok {
		return name
	}
	return "APPLICATION(" + strconv.Itoa(int(c)) + ")"
}

// Error is the code's name.
func (c Code) Error() string { return c.String() }

// IsKnown reports whether the code is an application's or one of those above.
func (c Code) IsKnown() bool {
	if c <= LastApplicationCode {
		return true
	}
	_, ok := codeNames[c]
	return ok
}
