package runtime

import "time"

// Event is a StateEvent, RestartEvent, UnresponsiveEvent, StuckEvent or LogRecord.
type Event interface {
	// About is the name of the plugin concerned; empty where none is.
	About() string
}

// StateEvent tells that a plugin changed its state.
type StateEvent struct {
	// Plugin is its name in pluginart.toml, as in every event.
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
	// Err is what the failure was.
	Err *Error
}

// UnresponsiveEvent tells that a plugin with calls open is silent; after `unresponsive_timeout` it is restarted.
type UnresponsiveEvent struct {
	Plugin string
	// Silence is the time without any sign of life.
	Silence time.Duration
	// OpenCalls are those that it owes an answer to.
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
