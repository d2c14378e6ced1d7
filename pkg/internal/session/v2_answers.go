package session

import (
	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/wire"
)

// onAnswer takes a RESPONSE or DESCRIPTION, on a stream that is open or has just been.
func (o *outgoingCalls) onAnswer(frameType byte, stream uint32, body []byte, owned bool) *fault.Error {
	o.connection.mu.Lock()
	o.connection.outbox.own(stream)
	call := o.open[stream]
	if call == nil {
		o.connection.mu.Unlock()
		return nil
	}
	if (frameType == wire.V2Description) != (call.frameType == wire.V2Describe) {
		o.connection.mu.Unlock()
		return wire.Violation("an answer of type %d to a frame of type %d (V2-S8)", frameType, call.frameType)
	}
	if !o.claim(call) {
		if owned {
			wire.Recycle(body)
		}
		return nil
	}
	// Nobody but this goroutine knows the call until it is done.
	switch {
	case owned:
		call.answer, call.isOwnAnswer = body, true
	case call.isTyped:
		call.buffer = append(call.buffer[:0], body...)
		call.answer = call.buffer
	default:
		call.answer = append(make([]byte, 0, len(body)), body...)
	}
	call.done <- struct{}{}
	return nil
}

// onError takes an ERROR on a stream of this side.
func (o *outgoingCalls) onError(frame *wire.Frame) *fault.Error {
	failure, err := remoteFailure(frame.Body, o.plugin)
	if err != nil {
		return wire.Violation("an ERROR that does not decode (V2-F10): %w", err)
	}
	o.connection.mu.Lock()
	o.connection.outbox.own(frame.Stream)
	call := o.open[frame.Stream]
	if call == nil {
		o.connection.mu.Unlock()
		return nil
	}
	if o.claim(call) {
		call.err = failure
		call.done <- struct{}{}
	}
	return nil
}

// claim closes a call that got its terminal, unlocks, and reports whether anybody waits for it.
func (o *outgoingCalls) claim(call *outgoingCall) bool {
	wanted := call.state == callOpen
	if !wanted {
		o.abandoned--
	}
	call.state = callSettled
	if !o.connection.outbox.long.isEmpty() {
		// The callee may refuse a call while its fragments are leaving (V2-M8).
		o.connection.outbox.long.abort(call.id)
	}
	waiting := len(o.waiting) > 0
	o.close(call)
	if waiting {
		o.connection.outbox.flush(false)
	} else {
		o.connection.mu.Unlock()
	}
	return wanted
}

// settle gives the call its end; its caller wakes up.
func (o *outgoingCalls) settle(call *outgoingCall, err *fault.Error) {
	call.state = callSettled
	call.err = err
	o.wake(call)
}

// wake ends the caller's wait.
func (o *outgoingCalls) wake(call *outgoingCall) {
	call.done <- struct{}{}
	o.connection.interruptFor(call)
}

// lose notes, while the outbox still knows, which calls the peer may have heard of, and turns new ones away.
func (o *outgoingCalls) lose(loss *fault.Error) {
	o.refusal = loss
	outbox := o.connection.outbox
	for _, call := range o.open {
		call.wasWritten = outbox.handed > call.madeAt && !outbox.long.isUnsent(call.id)
	}
}

// fail ends all that is pending with what explain makes of the loss. It is called without the lock, after lose.
func (o *outgoingCalls) fail(loss *fault.Error, explain func(*fault.Error) *fault.Error) {
	if explain != nil {
		if reason := explain(loss); reason != nil {
			loss = reason
		}
	}
	o.connection.mu.Lock()
	defer o.connection.mu.Unlock()
	o.connection.outbox.ownAll()
	o.deadlines.stop()
	for _, call := range o.open {
		if call.state == callOpen {
			o.settle(call, lostCall(loss, call.method, call.wasWritten))
		}
	}
	for _, call := range o.waiting {
		o.settle(call, lostCall(loss, call.method, false))
	}
	clear(o.open)
	o.waiting = nil
	o.abandoned = 0
	o.releaseIdle()
}
