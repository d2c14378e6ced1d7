package supervise

import (
	"context"
	"slices"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
)

// State is where a plugin is in its life:
//
//	stopped -> starting -> ready -> draining -> stopped | backoff -> starting | failed
//
// Draining is every way out of Ready: the connection takes no new calls, those that are open come to an end, the process
// is stopped or its end explained. Calls go through in Ready, wait in Starting, Backoff and a Draining that leads back to
// them, and are refused otherwise.
type State string

// The states.
const (
	Stopped  State = "stopped"
	Starting State = "starting"
	Ready    State = "ready"
	Draining State = "draining"
	Backoff  State = "backoff"
	Failed   State = "failed"
)

var transitions = map[State][]State{
	Stopped:  {Starting},
	Starting: {Ready, Draining, Backoff, Failed},
	Ready:    {Draining},
	Draining: {Draining, Stopped, Starting, Backoff, Failed},
	Backoff:  {Starting, Stopped},
	Failed:   {Starting, Stopped},
}

func mayFollow(from, to State) bool { return slices.Contains(transitions[from], to) }

// state is one of the structs below, each with what belongs to its State.
type state interface {
	name() State
}

type stopped struct {
	// why continues a sentence that names the plugin.
	why string
}

type starting struct {
	cancel  context.CancelCauseFunc
	attempt *attempt
}

// attempt is one start. err is to be read when done is closed; nil = it got ready.
type attempt struct {
	done chan struct{}
	err  *fault.Error
}

type ready struct {
	run    *run
	health *healthWatch
	since  time.Time
}

type draining struct {
	// run is nil where a start is given up.
	run *run
	// stops: it is not started again.
	stops bool
	done  chan struct{}
}

type backoff struct {
	err     *fault.Error
	retryAt time.Time
	timer   *time.Timer
}

type failed struct {
	err *fault.Error
}

func (*stopped) name() State  { return Stopped }
func (*starting) name() State { return Starting }
func (*ready) name() State    { return Ready }
func (*draining) name() State { return Draining }
func (*backoff) name() State  { return Backoff }
func (*failed) name() State   { return Failed }
