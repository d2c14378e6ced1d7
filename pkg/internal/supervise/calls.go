package supervise

import (
	"context"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/session"
)

// Call sends an encoded CallRequest and returns the encoded CallResponse. While the plugin is not ready the call waits, up
// to its deadline: that of the context, or the plugin's call timeout.
func (s *Supervisor) Call(ctx context.Context, payload []byte) ([]byte, error) {
	current, started := s.current.Load(), time.Now()
	if current != nil && !current.isSerial() {
		if answer, err := current.session.Call(ctx, payload); err == nil || !session.WasNeverSent(err) {
			return answer, err
		}
	}
	var answer []byte
	err := s.persist(ctx, current, started, func(ctx context.Context, session session.Host) (err error) {
		answer, err = session.Call(ctx, payload)
		return err
	})
	return answer, err
}

// Invoke is Call for generated clients.
func (s *Supervisor) Invoke(ctx context.Context, method *session.Method, exchange session.Exchange) error {
	current, started := s.current.Load(), time.Now()
	if current != nil && !current.isSerial() {
		if err := current.session.Invoke(ctx, method, exchange); err == nil || !session.WasNeverSent(err) {
			return err
		}
	}
	return s.persist(ctx, current, started, func(ctx context.Context, session session.Host) error {
		return session.Invoke(ctx, method, exchange)
	})
}

// persist waits for the plugin, and again where the connection ended before a byte of the call was written: in version 1 a
// call that was given up on can cost the connection, with calls still waiting behind it, and in either version a call can
// come in the moment of a loss. They did nothing wrong: they go to the connection that is made next, within their own time.
// A call of which something was written never does: it may have run. left is the run whose connection the call was to go
// over before; nil where there was none.
func (s *Supervisor) persist(
	ctx context.Context, left *run, started time.Time, try func(context.Context, session.Host) error,
) error {
	if _, limited := ctx.Deadline(); !limited && s.spec.CallTimeout > 0 {
		limitedContext, cancel := context.WithDeadline(ctx, started.Add(s.spec.CallTimeout))
		defer cancel()
		ctx = limitedContext
	}
	if left != nil && left.isSerial() {
		// It was not tried.
		left = nil
	}
	for {
		current, refusal := s.await(ctx, left)
		if refusal != nil {
			return refusal
		}
		if err := try(ctx, current.session); err == nil || !session.WasNeverSent(err) {
			return err
		}
		left = current
	}
}

// isSerial reports whether calls go one at a time, so that one that is given up on holds up those behind it.
func (r *run) isSerial() bool { return r.session.Protocol() == 1 }

// await returns the plugin's run once it is ready; not left, though the plugin may still count as ready by it.
func (s *Supervisor) await(ctx context.Context, left *run) (*run, *fault.Error) {
	s.mutex.Lock()
	if ready, isReady := s.state.(*ready); isReady && ready.run != left {
		s.mutex.Unlock()
		return ready.run, nil
	}
	refusal := s.refusal()
	var waiter waiter
	if refusal == nil {
		waiter, refusal = s.waiting.add(ctx)
	}
	s.mutex.Unlock()
	if refusal != nil {
		return nil, refusal
	}
	select {
	case outcome := <-waiter:
		return outcome.run, outcome.err
	case <-ctx.Done():
	}
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.waiting.remove(waiter) {
		return nil, s.waiting.gaveUp(ctx)
	}
	outcome := <-waiter
	return outcome.run, outcome.err
}

// until is how long it is from now, at least none.
func until(moment time.Time) time.Duration {
	return max(time.Until(moment), 0)
}
