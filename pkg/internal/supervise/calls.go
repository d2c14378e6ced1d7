package supervise

import (
	"context"
	"errors"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/session"
)

// Call sends an encoded CallRequest and returns the encoded CallResponse. While the plugin is not ready the call waits, up
// to its deadline: that of the context, or the plugin's call timeout.
func (s *Supervisor) Call(ctx context.Context, payload []byte) ([]byte, error) {
	if current := s.current.Load(); current != nil && !current.isSerial() {
		answer, err := current.session.Call(ctx, payload)
		if err == nil || !wasNeverSent(err) {
			return answer, err
		}
	}
	var answer []byte
	err := s.persist(ctx, func(ctx context.Context, session session.Host) (err error) {
		answer, err = session.Call(ctx, payload)
		return err
	})
	return answer, err
}

// Invoke is Call for generated clients.
func (s *Supervisor) Invoke(ctx context.Context, method *session.Method, exchange session.Exchange) error {
	if current := s.current.Load(); current != nil && !current.isSerial() {
		err := current.session.Invoke(ctx, method, exchange)
		if err == nil || !wasNeverSent(err) {
			return err
		}
	}
	return s.persist(ctx, func(ctx context.Context, session session.Host) error {
		return session.Invoke(ctx, method, exchange)
	})
}

// persist waits for the plugin, and once more where the call was not sent because the connection just ended: in version 1 a
// call that was given up on can cost the connection, with calls still waiting behind it, and in either version a call can
// come in the moment of a loss. They did nothing wrong: they go to the connection that is made next, within their own time.
func (s *Supervisor) persist(ctx context.Context, try func(context.Context, session.Host) error) error {
	if _, limited := ctx.Deadline(); !limited && s.spec.CallTimeout > 0 {
		limitedContext, cancel := context.WithTimeout(ctx, s.spec.CallTimeout)
		defer cancel()
		ctx = limitedContext
	}
	var err error
	for range 2 {
		current, refusal := s.await(ctx)
		if refusal != nil {
			return refusal
		}
		if err = try(ctx, current.session); err == nil || !wasNeverSent(err) {
			return err
		}
	}
	return err
}

// wasNeverSent is false for calls that a dead process leaves behind: of an idempotent method they may have been sent, and
// whether to do that again is the caller's to say.
func wasNeverSent(err error) bool {
	known, ok := errors.AsType[*fault.Error](err)
	return ok && known.Code == fault.Unavailable && known.RetrySafe && known.Origin == fault.Local
}

// isSerial reports whether calls go one at a time, so that one that is given up on holds up those behind it.
func (r *run) isSerial() bool { return r.session.Protocol() == 1 }

// await returns the plugin's run once it is ready.
func (s *Supervisor) await(ctx context.Context) (*run, *fault.Error) {
	s.mutex.Lock()
	if ready, isReady := s.state.(*ready); isReady {
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
