package runtime

import (
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/supervise"
)

// State is where a plugin is in its life: stopped -> starting -> ready -> draining -> stopped | backoff -> starting | failed.
type State = supervise.State

// The states.
const (
	Stopped  = supervise.Stopped
	Starting = supervise.Starting
	Ready    = supervise.Ready
	Draining = supervise.Draining
	Backoff  = supervise.Backoff
	Failed   = supervise.Failed
)

// Status is how a plugin is.
type Status = supervise.Status

// Error is what every function here returns where it fails; see package fault for its codes.
type Error = fault.Error

// Event is a StateEvent, RestartEvent, UnresponsiveEvent, StuckEvent or LogRecord.
type Event interface {
	// About is the name of the plugin concerned; empty where none is.
	About() string
}

// StateEvent tells that a plugin changed its state.
type StateEvent struct {
	Plugin   string
	From, To State
	// Err says why, where something went wrong; otherwise nil.
	Err *Error
}

// RestartEvent tells that a plugin failed and will be started again.
type RestartEvent struct {
	Plugin string
	// Attempt counts from 1 since the plugin was last stable.
	Attempt int
	// Wait is the time until it is started again.
	Wait time.Duration
	Err  *Error
}

// UnresponsiveEvent tells that a plugin with calls open is silent; after `unresponsive_timeout` it is restarted.
type UnresponsiveEvent struct {
	Plugin string
	// Silence is the time without any sign of life.
	Silence   time.Duration
	OpenCalls int
}

// StuckEvent tells that every slot of a plugin is taken by calls that were given up on and whose handlers do not return.
type StuckEvent struct {
	Plugin    string
	OpenCalls int
}

// About is the plugin's name.
func (e StateEvent) About() string { return e.Plugin }

// About is the plugin's name.
func (e RestartEvent) About() string { return e.Plugin }

// About is the plugin's name.
func (e UnresponsiveEvent) About() string { return e.Plugin }

// About is the plugin's name.
func (e StuckEvent) About() string { return e.Plugin }

// About is the plugin's name.
func (r LogRecord) About() string { return r.Plugin }
