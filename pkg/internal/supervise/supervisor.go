// Package supervise keeps one plugin running: its states, its restarts, its health, the calls that wait for it. It knows
// nothing of configuration files.
package supervise

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/launch"
)

// Memory is what a manager remembers of all its plugins: commands that once spoke version 2 are not accepted as version 1
// any more. The zero Memory is empty; safe for concurrent use.
type Memory struct {
	spokeVersion2 sync.Map
}

func (m *Memory) spoke(command string) bool {
	_, known := m.spokeVersion2.Load(command)
	return known && command != ""
}

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

// onFailure says what follows a start that fails.
type onFailure bool

const (
	// retry goes on as after a crash.
	retry onFailure = true
	// giveUp does not.
	giveUp onFailure = false
)

// Start begins to start a plugin that is stopped. wait returns when it is ready, or says why it did not get ready; an
// optional one is then tried again as after a crash.
func (s *Supervisor) Start() (wait func() error) {
	s.mutex.Lock()
	s.budget.renew()
	attempt := s.begin(nil, onFailure(s.spec.Optional))
	s.unlock()
	return attempt.wait
}

func (a *attempt) wait() error {
	<-a.done
	if a.err == nil {
		return nil
	}
	return a.err
}

// Stop stops the plugin, whatever it is doing, and returns when nothing is left of it. Where the context ends before,
// calls that are still open fail and the process is killed.
func (s *Supervisor) Stop(ctx context.Context) {
	s.mutex.Lock()
	var leaving *draining
	switch state := s.state.(type) {
	case *backoff, *failed:
		s.becomeStopped()
	case *starting:
		state.cancel(s.unavailable("was shut down while it started", nil))
		leaving = &draining{stops: true, done: make(chan struct{})}
		s.setState(leaving, nil)
		go func() {
			<-state.attempt.done
			s.mutex.Lock()
			s.becomeStopped()
			s.unlock()
			close(leaving.done)
		}()
	case *ready:
		leaving = s.leave(state.run, parting{kind: toStop})
	case *draining:
		leaving = &draining{run: state.run, stops: true, done: state.done}
		s.setState(leaving, nil)
	}
	s.unlock()
	if leaving == nil {
		return
	}
	select {
	case <-leaving.done:
	case <-ctx.Done():
		if leaving.run != nil {
			leaving.run.hurry()
		}
		<-leaving.done
	}
}

// Restart stops the plugin and starts it anew with a fresh budget: also where it had been given up. It returns when it is
// ready, or says why it did not get ready.
func (s *Supervisor) Restart() error {
	s.mutex.Lock()
	if ready, isReady := s.state.(*ready); isReady {
		s.leave(ready.run, parting{kind: toRestart})
	}
	for {
		leaving, isLeaving := s.state.(*draining)
		if !isLeaving {
			break
		}
		s.unlock()
		<-leaving.done
		s.mutex.Lock()
	}
	// Somebody stopped it meanwhile, and that is the last word.
	if _, isStopped := s.state.(*stopped); isStopped {
		refusal := s.refusal()
		s.unlock()
		return refusal
	}
	if _, isReady := s.state.(*ready); isReady {
		s.unlock()
		return nil
	}
	s.budget.renew()
	attempt := s.begin(nil, retry)
	s.unlock()
	return attempt.wait()
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

// setState is the one place where the state changes, and where calls that wait are released or refused. The mutex is held;
// err may be nil.
func (s *Supervisor) setState(next state, err *fault.Error) {
	from, to := s.state.name(), next.name()
	if !mayFollow(from, to) {
		err = fault.Newf(fault.Internal, "no way leads from %s to %s", from, to)
	}
	switch previous := s.state.(type) {
	case *ready:
		previous.health.stop()
	case *backoff:
		previous.timer.Stop()
	}
	if err != nil {
		s.lastError = err
	}
	s.state = next
	if ready, isReady := next.(*ready); isReady {
		s.current.Store(ready.run)
		s.waiting.settle(outcome{run: ready.run})
	} else {
		s.current.Store(nil)
		if refusal := s.refusal(); refusal != nil {
			s.waiting.settle(outcome{err: refusal})
		}
	}
	if from != to {
		s.queue.add(func() { s.events.State(from, to, err) })
	}
}

// begin starts the plugin, or joins a start that is under way. The mutex is held. instance is one still running, or nil.
func (s *Supervisor) begin(instance *launch.Instance, then onFailure) *attempt {
	if state, isStarting := s.state.(*starting); isStarting {
		return state.attempt
	}
	ctx, cancel := context.WithCancelCause(context.Background())
	begun := &attempt{done: make(chan struct{})}
	if instance == nil {
		s.starts++
	}
	s.setState(&starting{cancel: cancel, attempt: begun}, nil)
	go func() {
		defer cancel(nil)
		defer close(begun.done)
		begun.err = s.try(ctx, instance, then)
	}()
	return begun
}

// try is one attempt; it leaves the state alone where it was cancelled.
func (s *Supervisor) try(ctx context.Context, instance *launch.Instance, then onFailure) *fault.Error {
	command := s.launcher.Command()
	minProtocol := s.spec.MinProtocol
	if s.memory.spoke(command) {
		minProtocol = 2
	}
	r, cause := startRun(ctx, &startPlan{
		spec: s.spec, launcher: s.launcher, instance: instance, minProtocol: minProtocol, onLine: s.events.Line,
		onStuck: func(openCalls int) { s.tellInHook(func() { s.events.Stuck(openCalls) }) },
	})
	s.mutex.Lock()
	if ctx.Err() != nil {
		s.unlock()
		reason := asFault(context.Cause(ctx))
		if cause == nil {
			r.close(reason)
			r.instance.Stop(s.spec.ShutdownTimeout)
			close(r.over)
		}
		return reason
	}
	defer s.unlock()
	if cause == nil {
		if r.session.Protocol() == 2 {
			s.memory.spokeVersion2.Store(command, true)
		}
		s.becomeReady(r)
		return nil
	}
	err := asFault(cause)
	if then == giveUp {
		s.setState(&failed{err: err}, err)
	} else {
		s.becomeFailed(err)
	}
	return err
}

// becomeReady is called with the mutex held.
func (s *Supervisor) becomeReady(r *run) {
	leave := func(p parting) {
		s.mutex.Lock()
		s.leave(r, p)
		s.unlockInHook()
	}
	health := &healthWatch{
		session: r.session, interval: s.spec.HealthInterval, unresponsiveTimeout: s.spec.UnresponsiveTimeout,
		onUnresponsive: func(silence time.Duration, openCalls int) {
			s.tellInHook(func() { s.events.Unresponsive(silence, openCalls) })
		},
		onDead: func(verdict string) { leave(parting{kind: condemned, verdict: verdict}) },
	}
	health.start()
	now := time.Now()
	s.budget.ready(now)
	s.setState(&ready{run: r, health: health, since: now}, nil)
	// In a goroutine of its own, as the mutex is held.
	go r.listenWith(leave)
}

// leave leaves ready. Whatever else is noticed of the same run afterwards changes nothing any more; then it returns nil.
// The mutex is held.
func (s *Supervisor) leave(r *run, p parting) *draining {
	was, isReady := s.state.(*ready)
	if !isReady || was.run != r {
		return nil
	}
	leaving := &draining{run: r, stops: p.kind == toStop, done: make(chan struct{})}
	s.setState(leaving, p.err)
	go func() {
		left := windDown(r, was.since, p, s.spec)
		<-was.health.done
		close(r.over)
		s.drained(r, left)
		close(leaving.done)
	}()
	return leaving
}

func (s *Supervisor) drained(r *run, left aftermath) {
	s.mutex.Lock()
	if state, isDraining := s.state.(*draining); isDraining && state.stops {
		if left.alive {
			s.mutex.Unlock()
			r.instance.Stop(s.spec.ShutdownTimeout)
			s.mutex.Lock()
		}
		s.becomeStopped()
		s.unlock()
		return
	}
	defer s.unlock()
	switch {
	case left.err != nil:
		s.becomeFailed(left.err)
	case left.alive:
		s.begin(r.instance, retry)
	default:
		s.begin(nil, retry)
	}
}

// becomeFailed waits for the next start, or gives up. The mutex is held.
func (s *Supervisor) becomeFailed(err *fault.Error) {
	wait, again := s.budget.failed(time.Now())
	if !again {
		s.setState(&failed{err: err}, err)
		return
	}
	waits := &backoff{err: err, retryAt: time.Now().Add(wait)}
	waits.timer = time.AfterFunc(wait, func() {
		s.mutex.Lock()
		if s.state == waits {
			s.begin(nil, retry)
		}
		s.unlock()
	})
	s.setState(waits, err)
	attempt := s.budget.failures
	s.queue.add(func() { s.events.Restart(attempt, wait, err) })
}

func (s *Supervisor) becomeStopped() { s.setState(&stopped{why: "was shut down"}, nil) }

// refusal is what calls get at once; nil where they go through or wait. The mutex is held.
func (s *Supervisor) refusal() *fault.Error {
	switch state := s.state.(type) {
	case *stopped:
		return s.unavailable(s.describeState(), nil)
	case *failed:
		return s.unavailable(s.describeState(), state.err)
	case *draining:
		if state.stops {
			return s.unavailable(s.describeState(), nil)
		}
	}
	return nil
}

// describeState continues a sentence that names the plugin. The mutex is held.
func (s *Supervisor) describeState() string {
	switch state := s.state.(type) {
	case *stopped:
		return state.why
	case *starting:
		if s.lastError != nil {
			return "is starting again, after: " + s.lastError.Message
		}
		return "is starting"
	case *draining:
		if state.stops {
			return "is shutting down"
		}
		return "is about to be started again"
	case *backoff:
		return fmt.Sprintf("will be started again in %.1f s, after: %s", until(state.retryAt).Seconds(), state.err.Message)
	case *failed:
		times := ""
		if s.budget.failures > 1 {
			times = fmt.Sprintf(", %d failures in a row", s.budget.failures)
		}
		return fmt.Sprintf("is not running%s: %s", times, state.err.Message)
	}
	return "is ready"
}

func (s *Supervisor) unavailable(what string, cause *fault.Error) *fault.Error {
	err := &fault.Error{
		Code: fault.Unavailable, Message: fmt.Sprintf("plugin %q %s", s.spec.Name, what), Plugin: s.spec.Name, RetrySafe: true,
	}
	if cause != nil {
		err.Cause, err.Evidence = cause, cause.Evidence
	}
	return err
}

func asFault(err error) *fault.Error {
	if known, ok := errors.AsType[*fault.Error](err); ok {
		return known
	}
	return fault.Newf(fault.Internal, "pluginart failed: %w", err)
}
