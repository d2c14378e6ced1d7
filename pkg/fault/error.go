// Package fault has the one type of error that pluginart returns, and its closed list of codes.
package fault

import (
	"context"
	"errors"
	"fmt"
)

// Origin says where an error arose.
type Origin uint8

const (
	// Local: in this process.
	Local Origin = iota
	// Remote: told by the peer.
	Remote
	// Process: the plugin's process or container exited, or never got ready.
	Process
)

// String is local, remote or process.
func (o Origin) String() string {
	switch o {
	case Remote:
		return "remote"
	case Process:
		return "process"
	default:
		return "local"
	}
}

// Evidence is what a dead or ailing plugin left behind.
type Evidence struct {
	// ExitCode is -1 where the process was ended by a signal, or lives.
	ExitCode int
	// Signal is the name of the signal that ended the process, SIGKILL; empty where none did.
	Signal string
	// Stderr and Stdout are the last lines, at most 20 each.
	Stderr, Stdout []string
}

// Error is what every function of pluginart returns where it fails; errors.As finds it, and errors.Is takes a Code.
//
// A handler returns one to choose the code that its caller sees; any other error is told as Application.
type Error struct {
	Code Code
	// Message is a sentence for people.
	Message string
	// Cause is what Unwrap returns; may be nil.
	Cause  error
	Origin Origin
	// RetrySafe is true only where the call certainly did not run, or may run twice.
	RetrySafe bool
	// Retry is a handler's word that trying again may help.
	Retry bool
	// Plugin is the plugin's name in pluginart.toml; empty where none is concerned.
	Plugin string
	// Evidence is nil where there is none.
	Evidence *Evidence
	// Details are a handler's bytes for its caller, of any shape that the two sides agreed on. Version 2 only.
	Details []byte
}

// New makes an error of this process.
func New(code Code, message string) *Error { return &Error{Code: code, Message: message} }

// Newf makes an error of this process with a formatted message; what %w names becomes its cause.
func Newf(code Code, format string, arguments ...any) *Error {
	err := fmt.Errorf(format, arguments...)
	return &Error{Code: code, Message: err.Error(), Cause: errors.Unwrap(err)}
}

// Error is the message.
func (e *Error) Error() string {
	if e.Message == "" {
		return e.Code.String()
	}
	return e.Message
}

// Unwrap is the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Is reports whether target is this error's code. Cancelled is context.Canceled as well, and DeadlineExceeded
// context.DeadlineExceeded.
func (e *Error) Is(target error) bool {
	if code, ok := target.(Code); ok {
		return code == e.Code
	}
	return e.Code == Cancelled && target == context.Canceled ||
		e.Code == DeadlineExceeded && target == context.DeadlineExceeded
}

// CodeOf is the code of the first Error in err's chain; Internal where there is none, 0 for nil.
func CodeOf(err error) Code {
	if err == nil {
		return 0
	}
	if known, ok := errors.AsType[*Error](err); ok {
		return known.Code
	}
	return Internal
}
