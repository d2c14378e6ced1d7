package runtime

import (
	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/supervise"
)

// Error is what every function here returns where it fails; see package fault for its codes.
type Error = fault.Error

// State is where a plugin is in its life:
//
//	stopped -> starting -> ready -> draining -> stopped | backoff -> starting | failed
type State string

// The states.
const (
	// Stopped: it has not been started, or was shut down. Calls are refused.
	Stopped = State(supervise.Stopped)
	// Starting: calls wait.
	Starting = State(supervise.Starting)
	// Ready: calls go through.
	Ready = State(supervise.Ready)
	// Draining: it takes no new calls, and what is open comes to its end. Calls wait where it will be started again.
	Draining = State(supervise.Draining)
	// Backoff: it failed, and will be started again after a while. Calls wait.
	Backoff = State(supervise.Backoff)
	// Failed: it failed too often and is not started again, save by Restart. Calls are refused.
	Failed = State(supervise.Failed)
)

// Status is how a plugin is.
type Status struct {
	// Name is its name in pluginart.toml.
	Name  string
	State State
	// PID is 0 for remote plugins and where no process runs.
	PID int
	// Address is unix:/tmp/pluginart-x/echo-1.sock or 127.0.0.1:9000; empty unless ready.
	Address string
	// Protocol is the version spoken, 1 or 2; 0 unless ready.
	Protocol int
	// Runtime is what the plugin calls its runtime, pluginart-ts/0.1.0; empty unless ready, and in version 1.
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
	Err *Error
}

func statusOf(s supervise.Status) Status {
	return Status{
		Name: s.Name, State: State(s.State), PID: s.PID, Address: s.Address, Protocol: s.Protocol, Runtime: s.Runtime,
		OpenCalls: s.OpenCalls, WaitingCalls: s.WaitingCalls, Restarts: s.Restarts, Failures: s.Failures, Err: s.Err,
	}
}
