package supervise

import (
	"errors"
	"fmt"

	"github.com/dlahoza/pluginart/pkg/fault"
)

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
