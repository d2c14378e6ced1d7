package supervise

import (
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/launch"
)

// Events hear of one plugin. They are called without any lock held; all but Line one after the other, in order.
type Events interface {
	// State: err says why, where something went wrong; otherwise nil.
	State(from, to State, err *fault.Error)
	// Restart: it will be started again after a wait. attempt counts from 1 since it was last stable.
	Restart(attempt int, wait time.Duration, err *fault.Error)
	// Line is launch.OnLine.
	Line(stream launch.Stream, text string, whole bool)
	// Unresponsive: silent with calls open.
	Unresponsive(silence time.Duration, openCalls int)
	// Stuck: every slot is taken by calls that were given up on.
	Stuck(openCalls int)
}

// eventQueue delivers events in order, one at a time, without the supervisor's mutex: whoever changes the state and finds
// nobody delivering does so. The mutex guards it.
type eventQueue struct {
	queued     []func()
	delivering bool
}

func (q *eventQueue) add(event func()) { q.queued = append(q.queued, event) }

// unlock unlocks the mutex and delivers what has gathered. A listener may call the supervisor.
func (s *Supervisor) unlock() {
	if s.queue.delivering {
		s.mutex.Unlock()
		return
	}
	s.queue.delivering = true
	for len(s.queue.queued) > 0 {
		events := s.queue.queued
		s.queue.queued = nil
		s.mutex.Unlock()
		for _, event := range events {
			event()
		}
		s.mutex.Lock()
	}
	s.queue.delivering = false
	s.mutex.Unlock()
}

// unlockInHook is unlock for those who must not wait for listeners: the hooks of a session.
func (s *Supervisor) unlockInHook() {
	if len(s.queue.queued) > 0 && !s.queue.delivering {
		go func() {
			s.mutex.Lock()
			s.unlock()
		}()
	}
	s.mutex.Unlock()
}

// tellInHook queues an event and has it delivered.
func (s *Supervisor) tellInHook(event func()) {
	s.mutex.Lock()
	s.queue.add(event)
	s.unlockInHook()
}
