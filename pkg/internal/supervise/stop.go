package supervise

import "context"

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
