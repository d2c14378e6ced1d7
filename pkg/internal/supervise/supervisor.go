// Package supervise keeps one plugin running: its states, its restarts, its health, the calls that wait for it. It knows
// nothing of configuration files.
package supervise

import (
	"sync"
	"sync/atomic"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/launch"
)

// Supervisor keeps one plugin running. See State for its life. It is safe for concurrent use.
type Supervisor struct {
	spec     *Spec
	launcher launch.Launcher
	memory   *Memory
	events   Events

	// current is what calls go through; nil unless ready.
	current atomic.Pointer[run]

	// mutex guards what follows. It is given back with unlock where the state may have changed.
	mutex     sync.Mutex
	state     state
	budget    restartBudget
	waiting   waitingCalls
	starts    int
	lastError *fault.Error
	queue     eventQueue
}

// New supervises nothing yet: see Start.
func New(spec *Spec, launcher launch.Launcher, memory *Memory, events Events) *Supervisor {
	s := &Supervisor{
		spec: spec, launcher: launcher, memory: memory, events: events,
		state: &stopped{why: "has not been started: call Start first"},
		budget: restartBudget{
			maxRestarts: spec.MaxRestarts, backoffMax: spec.RestartBackoffMax, stableAfter: spec.StableAfter,
		},
	}
	if spec.isRemote() {
		s.budget.maxRestarts = noLimit
	}
	s.waiting = waitingCalls{plugin: spec.Name, why: s.describeState}
	return s
}

// Status is how the plugin is at this moment.
func (s *Supervisor) Status() Status {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	status := Status{
		Name: s.spec.Name, State: s.state.name(), WaitingCalls: len(s.waiting.waiters),
		Restarts: max(s.starts-1, 0), Failures: s.budget.failures, Err: s.lastError,
	}
	if ready, isReady := s.state.(*ready); isReady {
		r := ready.run
		status.Address = r.instance.Address.String()
		status.Protocol = r.session.Protocol()
		status.Runtime = r.session.PeerRuntime()
		status.OpenCalls = r.session.OpenCalls()
		if r.instance.Process != nil {
			status.PID = r.instance.Process.PID()
		}
	}
	return status
}
