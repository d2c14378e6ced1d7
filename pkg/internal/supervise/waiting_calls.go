package supervise

import (
	"context"
	"errors"

	"github.com/dlahoza/pluginart/pkg/fault"
)

// maxWaitingCalls is how many calls may wait for one plugin.
const maxWaitingCalls = 1_000

type outcome struct {
	run *run
	err *fault.Error
}

// waiter gets one outcome, for which there is room.
type waiter chan outcome

// waitingCalls are those that came while their plugin was not ready. Each waits until its own context ends; none is lost.
// Its supervisor's mutex guards it.
type waitingCalls struct {
	plugin string
	// why says what is waited for, continuing a sentence: `is starting`.
	why     func() string
	waiters map[waiter]struct{}
}

func (w *waitingCalls) add(ctx context.Context) (waiter, *fault.Error) {
	if ctx.Err() != nil {
		return nil, w.gaveUp(ctx)
	}
	if len(w.waiters) >= maxWaitingCalls {
		return nil, w.refuse(fault.Newf(fault.ResourceExhausted,
			"%d calls wait already for plugin %q, which %s", maxWaitingCalls, w.plugin, w.why()))
	}
	if w.waiters == nil {
		w.waiters = map[waiter]struct{}{}
	}
	added := make(waiter, 1)
	w.waiters[added] = struct{}{}
	return added, nil
}

// remove is false for a waiter that has its outcome.
func (w *waitingCalls) remove(gone waiter) bool {
	_, waits := w.waiters[gone]
	delete(w.waiters, gone)
	return waits
}

// settle gives all that wait the plugin that is ready, or the reason why it will not get ready.
func (w *waitingCalls) settle(result outcome) {
	for waiter := range w.waiters {
		waiter <- result
	}
	clear(w.waiters)
}

// gaveUp is the error of a call whose context has ended.
func (w *waitingCalls) gaveUp(ctx context.Context) *fault.Error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return w.refuse(fault.Newf(fault.DeadlineExceeded,
			"no answer in time (the context's deadline, or call_timeout of the configuration): plugin %q %s", w.plugin, w.why()))
	}
	cancelled := fault.Newf(fault.Cancelled, "the call to plugin %q was cancelled before it was sent", w.plugin)
	cancelled.Cause = context.Cause(ctx)
	return w.refuse(cancelled)
}

// refuse marks the error of a call that certainly did not run.
func (w *waitingCalls) refuse(err *fault.Error) *fault.Error {
	err.Plugin, err.RetrySafe = w.plugin, true
	return err
}
