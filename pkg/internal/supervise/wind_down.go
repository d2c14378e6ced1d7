package supervise

import (
	"context"
	"fmt"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
)

type partingKind int

const (
	toStop partingKind = iota
	toRestart
	saidGoaway
	lostConnection
	exitedProcess
	condemned
)

// parting is why a plugin leaves ready.
type parting struct {
	kind partingKind
	// err is the reason of a GOAWAY, or the loss of a connection.
	err *fault.Error
	// verdict is that of the health watch.
	verdict string
}

// aftermath is what is left of a run, once all that was open has come to an end.
type aftermath struct {
	// err is nil where it ended as it was meant to.
	err *fault.Error
	// alive: the process lives on and is to be connected to again.
	alive bool
}

const (
	// minStop is what SIGTERM is given at least, where the calls took all of the shutdown timeout.
	minStop = time.Second
	// minConnection: a version 1 connection that lasted less is a sign of ill health, and not dialled again at once.
	minConnection = time.Second
)

// windDown brings a run to its end: every call that is open settles, and nothing is left of the process unless alive.
func windDown(r *run, readySince time.Time, p parting, spec *Spec) aftermath {
	switch p.kind {
	case saidGoaway:
		err := r.unavailable("said that it takes no more calls: "+p.err.Message, p.err)
		r.finish(spec, err, true)
		return aftermath{err: err}
	case condemned:
		r.condemn(p.verdict)
		r.instance.Stop(0)
		err := r.explain(nil)
		r.close(err)
		return aftermath{err: err}
	case exitedProcess:
		err := r.explain(nil)
		r.close(err)
		r.instance.Stop(0)
		return aftermath{err: err}
	case lostConnection:
		err := r.explain(p.err)
		r.close(err)
		process := r.instance.Process
		lasted := time.Since(readySince) >= minConnection
		// Version 1 has no other way to give up on a call; in version 2 only a fault breaks a connection.
		if r.session.Protocol() == 1 && lasted && (process == nil || !process.HasExited()) {
			return aftermath{alive: true}
		}
		r.instance.Stop(min(spec.ShutdownTimeout, minStop))
		return aftermath{err: err}
	case toRestart:
		r.finish(spec, r.unavailable("was restarted", nil), false)
	default:
		r.finish(spec, r.unavailable("was shut down", nil), false)
	}
	return aftermath{}
}

// finish takes no new calls; those that are open have the shutdown timeout, of which the process gets what they leave. One
// that is on its way out is not signalled before that: a second SIGTERM would cut its own clean-up short.
func (r *run) finish(spec *Spec, reason *fault.Error, exitsByItself bool) {
	deadline := time.Now().Add(spec.ShutdownTimeout)
	ctx, cancel := context.WithDeadline(context.Background(), deadline)
	_ = r.session.Drain(ctx) // What has not finished by then is closed.
	cancel()
	r.close(reason)
	if process := r.instance.Process; exitsByItself && process != nil {
		within(process.Exited(), until(deadline))
	}
	r.instance.Stop(max(until(deadline), min(spec.ShutdownTimeout, minStop)))
}

// hurry cuts finish short: what is open fails, and the process is killed.
func (r *run) hurry() {
	r.close(r.unavailable("was shut down", nil))
	r.instance.Stop(0)
}

// unavailable is what calls that are open are told.
func (r *run) unavailable(what string, cause *fault.Error) *fault.Error {
	err := &fault.Error{Code: fault.Unavailable, Message: fmt.Sprintf("plugin %q %s", r.plugin, what), Plugin: r.plugin}
	if cause != nil {
		err.Cause = cause
	}
	if r.instance.Process != nil {
		err.Evidence = r.instance.Process.Evidence()
	}
	return err
}
