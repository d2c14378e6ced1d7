package supervise

import (
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
)

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
