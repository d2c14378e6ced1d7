package session

import (
	"context"
	"slices"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/wire"
)

// giveUp ends the caller's wait, whose context has ended. The stream stays open until the peer's terminal.
func (o *outgoingCalls) giveUp(ctx context.Context, call *outgoingCall) *fault.Error {
	o.connection.mu.Lock()
	o.connection.outbox.own(call.id)
	if call.state >= callAbandoned {
		o.connection.mu.Unlock()
		<-call.done
		return call.err
	}
	wasSent, isStuck := o.abandon(call)
	openCalls := len(o.open)
	o.connection.outbox.flush(true)
	if isStuck && o.onStuck != nil {
		o.onStuck(openCalls)
	}
	return contextEnded(ctx, o.plugin, call.method, wasSent)
}

// abandon withdraws a call, or tells the peer that it is not wanted any more.
func (o *outgoingCalls) abandon(call *outgoingCall) (wasSent, isStuck bool) {
	if call.state == callQueued {
		call.state = callSettled
		if at := slices.Index(o.waiting, call); at >= 0 {
			o.waiting = slices.Delete(o.waiting, at, at+1)
		}
		o.releaseIdle()
		return false, false
	}
	if o.connection.state != connectionOpen {
		// The connection is lost, and the reason is still being looked for.
		call.state = callAbandoned
		return true, false
	}
	if o.connection.outbox.long.abort(call.id) == abortedUnsent {
		call.state = callSettled
		o.close(call)
		return false, false
	}
	call.state = callAbandoned
	call.request = nil
	o.abandoned++
	o.connection.outbox.send(message{frameType: wire.V2Cancel, stream: call.id})
	if o.abandoned < o.maxConcurrentCalls {
		return true, false
	}
	for _, waiting := range o.waiting {
		o.settle(waiting, o.stuck())
	}
	o.waiting = nil
	return true, true
}

// expire gives up on the calls whose time is over.
func (o *outgoingCalls) expire() {
	o.connection.mu.Lock()
	o.connection.outbox.ownAll()
	o.deadlines.passed()
	now := time.Now()
	isStuck := false
	giveUp := func(call *outgoingCall) {
		if call.state > callOpen || call.deadline.IsZero() {
			return
		}
		if call.deadline.After(now) {
			o.deadlines.include(call.deadline)
			return
		}
		wasSent, stuck := o.abandon(call)
		isStuck = isStuck || stuck
		call.err = deadlineExceeded(o.plugin, call.method, wasSent)
		o.wake(call)
	}
	for _, call := range o.open {
		giveUp(call)
	}
	for _, call := range slices.Clone(o.waiting) {
		giveUp(call)
	}
	openCalls := len(o.open)
	o.connection.outbox.flush(false)
	if isStuck && o.onStuck != nil {
		o.onStuck(openCalls)
	}
}

func (o *outgoingCalls) stuck() *fault.Error {
	return exhausted(o.plugin,
		"all %d calls that the plugin takes at once are held by handlers that do not return, though their calls were cancelled",
		o.maxConcurrentCalls)
}
