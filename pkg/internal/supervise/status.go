package supervise

import "github.com/dlahoza/pluginart/pkg/fault"

// Status is how a plugin is.
type Status struct {
	// Name is its name in pluginart.toml.
	Name  string
	State State
	// PID is 0 for remote plugins and where no process runs.
	PID int
	// Address is `unix:/tmp/pluginart-x/echo-1.sock` or `127.0.0.1:9000`; empty unless ready.
	Address string
	// Protocol is the version spoken; 0 unless ready.
	Protocol int
	// Runtime is what the plugin calls its runtime; empty unless ready, and in version 1.
	Runtime string
	// OpenCalls are those that the plugin owes an answer to.
	OpenCalls int
	// WaitingCalls are those that wait for it to get ready.
	WaitingCalls int
	// Restarts are the starts after the first one, in all.
	Restarts int
	// Failures are those in a row since it was last stable.
	Failures int
	// Err is what went wrong last; nil = nothing did.
	Err *fault.Error
}
