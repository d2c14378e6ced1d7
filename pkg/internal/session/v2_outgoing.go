package session

import (
	"context"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/wire"
)

// maxWaitingCalls bounds the queue for the peer's max_concurrent_calls.
const maxWaitingCalls = 65_536

// outgoingCalls are the calls that this side makes. The connection's lock guards them.
type outgoingCalls struct {
	connection *connection
	plugin     string
	// What the peer said it takes.
	maxMessageBytes, maxConcurrentCalls int
	onStuck                             func(openCalls int)

	open    map[uint32]*outgoingCall
	waiting []*outgoingCall
	nextID  uint32
	// abandoned counts the open calls that were given up on.
	abandoned int
	// refusal is why no more calls are taken.
	refusal   *fault.Error
	deadlines deadlineTimer
	// idle is closed when no call is open; nil while nobody asks.
	idle chan struct{}
}

func newOutgoingCalls(connection *connection, options *HostOptions, maxMessageBytes, maxConcurrentCalls int) *outgoingCalls {
	calls := &outgoingCalls{
		connection: connection, plugin: options.PluginName, onStuck: options.OnStuck,
		maxMessageBytes: maxMessageBytes, maxConcurrentCalls: maxConcurrentCalls,
		open: make(map[uint32]*outgoingCall), nextID: 1,
	}
	calls.deadlines.expire = calls.expire
	return calls
}

func (o *outgoingCalls) isOpen(stream uint32) bool { return o.open[stream] != nil }

// do sends a call and waits for its answer, which the call then has. A failed call must not be used any more.
func (o *outgoingCalls) do(ctx context.Context, call *outgoingCall) *fault.Error {
	if ctx.Err() != nil {
		return contextEnded(ctx, o.plugin, call.method, false)
	}
	if len(call.request) > o.maxMessageBytes {
		return exhausted(o.plugin, "the call is %d bytes long, the plugin takes at most %d (max_message_bytes)",
			len(call.request), o.maxMessageBytes)
	}
	o.connection.mu.Lock()
	if err := o.admit(call); err != nil {
		o.connection.mu.Unlock()
		return err
	}
	if call.isTimed {
		o.deadlines.include(call.deadline)
	}
	reads, heeds := o.connection.letRead(ctx, call)
	o.connection.outbox.flush(len(o.open) == 1)
	if heeds {
		o.connection.heed(ctx)
	}
	if reads {
		o.connection.readFor(call)
	}
	select {
	case <-call.done:
		return call.err
	case <-ctx.Done():
		return o.giveUp(ctx, call)
	}
}

// admit sends the call, or queues it.
func (o *outgoingCalls) admit(call *outgoingCall) *fault.Error {
	if o.refusal != nil {
		return lostCall(o.refusal, call.method, false)
	}
	if len(o.open) < o.maxConcurrentCalls && len(o.waiting) == 0 {
		return o.send(call)
	}
	switch {
	case o.maxConcurrentCalls == 0:
		return exhausted(o.plugin, "the plugin takes no calls")
	case o.abandoned >= o.maxConcurrentCalls:
		return o.stuck()
	case len(o.waiting) >= maxWaitingCalls:
		return exhausted(o.plugin, "%d calls are waiting for the plugin already", maxWaitingCalls)
	}
	o.waiting = append(o.waiting, call)
	return nil
}

func (o *outgoingCalls) send(call *outgoingCall) *fault.Error {
	outbox := o.connection.outbox
	if queued := outbox.queuedBytes(); queued > maxQueuedBytes {
		return exhausted(o.plugin, "the plugin does not read: %d bytes are waiting to be sent", queued)
	}
	var left uint32
	if !call.deadline.IsZero() {
		if left = milliseconds(time.Until(call.deadline)); left == 0 {
			return deadlineExceeded(o.plugin, call.method, false)
		}
	}
	if call.frameType != wire.V2Call {
		left = 0
	}
	call.id = o.takeID()
	call.madeAt = outbox.madeBytes()
	call.state = callOpen
	outbox.send(message{
		frameType: call.frameType, stream: call.id, arg: left, metadata: call.metadata, body: call.request,
	})
	o.open[call.id] = call
	return nil
}

func (o *outgoingCalls) takeID() uint32 {
	id := o.nextID
	for o.open[id] != nil {
		id = followingID(id)
	}
	o.nextID = followingID(id)
	return id
}

// followingID wraps within 32 bits: an odd number never becomes 0.
func followingID(id uint32) uint32 { return id + 2 }

// close ends a stream: its slot serves the next call.
func (o *outgoingCalls) close(call *outgoingCall) {
	delete(o.open, call.id)
	for len(o.waiting) > 0 && len(o.open) < o.maxConcurrentCalls {
		next := o.waiting[0]
		o.waiting[0] = nil
		o.waiting = o.waiting[1:]
		if err := o.send(next); err != nil {
			o.settle(next, err)
		}
	}
	o.releaseIdle()
}

func (o *outgoingCalls) releaseIdle() {
	if o.idle != nil && o.isIdle() {
		close(o.idle)
		o.idle = nil
	}
}

func (o *outgoingCalls) isIdle() bool { return len(o.open) == 0 && len(o.waiting) == 0 }

// whenIdle returns a channel that is closed when no call is open or waits.
func (o *outgoingCalls) whenIdle() <-chan struct{} {
	if o.idle == nil {
		o.idle = make(chan struct{})
	}
	idle := o.idle
	o.releaseIdle()
	return idle
}

// refuse turns calls from now on away.
func (o *outgoingCalls) refuse(reason *fault.Error) {
	if o.refusal == nil {
		o.refusal = reason
	}
}
