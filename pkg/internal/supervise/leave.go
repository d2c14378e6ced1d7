package supervise

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
