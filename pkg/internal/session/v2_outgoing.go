package session

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/wire"
)

const (
	// maxWaitingCalls bounds the queue for the peer's max_concurrent_calls.
	maxWaitingCalls = 65_536
	// keptCallBytes: a call whose buffer grew above it is not used again.
	keptCallBytes = 65_536
)

// callState is the life of a call at its caller; PROTOCOL.md, section 8.1.
type callState int

const (
	// callQueued: nothing of it was written.
	callQueued callState = iota
	// callOpen: the peer owes its terminal.
	callOpen
	// callAbandoned: given up on, and the peer still owes its terminal.
	callAbandoned
	// callSettled: it has its answer, or its error.
	callSettled
)

// outgoingCall is one call of this side. Its fields belong to whoever holds the connection's lock until done has
// something; then they are the caller's.
type outgoingCall struct {
	id        uint32
	frameType byte
	state     callState
	// method is nil for a call of encoded payloads.
	method *Method
	// metadata and request are what is to be sent; request is not copied before it is.
	metadata, request []byte
	// deadline is zero for none; where isTimed is set no context ends the call then.
	deadline time.Time
	isTimed  bool
	// madeAt is the outbox's position when its frame was made.
	madeAt uint64
	// answer is the caller's own; where isTyped is set it may lie in buffer, unless isOwnAnswer is set.
	answer               []byte
	isTyped, isOwnAnswer bool
	err                  *fault.Error
	// wasWritten is known once the connection is lost.
	wasWritten bool
	// buffer holds a typed request, then its answer.
	buffer []byte
	// done gets one value when the call is settled.
	done chan struct{}
}

var outgoingCallPool = sync.Pool{New: func() any { return &outgoingCall{done: make(chan struct{}, 1)} }}

func newOutgoingCall(frameType byte, method *Method) *outgoingCall {
	call := outgoingCallPool.Get().(*outgoingCall)
	*call = outgoingCall{frameType: frameType, method: method, done: call.done, buffer: call.buffer[:0]}
	return call
}

// free is for calls of which nobody else knows any more.
func (call *outgoingCall) free() {
	if cap(call.buffer) > keptCallBytes {
		call.buffer = nil
	}
	call.request, call.metadata, call.answer, call.err, call.method = nil, nil, nil, nil, nil
	outgoingCallPool.Put(call)
}

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
	reads := o.connection.letRead(call)
	o.connection.outbox.flush(len(o.open) == 1)
	if reads {
		o.connection.readFor(ctx, call)
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
		return lostCall(o.refusal, true)
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

// refuse turns calls from now on away.
func (o *outgoingCalls) refuse(reason *fault.Error) {
	if o.refusal == nil {
		o.refusal = reason
	}
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
			o.settle(call, lostCall(loss, !call.wasWritten || call.method != nil && call.method.Idempotent))
		}
	}
	for _, call := range o.waiting {
		o.settle(call, lostCall(loss, true))
	}
	clear(o.open)
	o.waiting = nil
	o.abandoned = 0
	o.releaseIdle()
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
