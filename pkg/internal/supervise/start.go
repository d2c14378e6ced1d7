package supervise

import (
	"context"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/launch"
)

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
