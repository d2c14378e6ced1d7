package session

import (
	"bytes"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/wire"
)

// incomingCalls are the calls that the peer makes: each gets exactly one terminal. The connection's lock guards them.
type incomingCalls struct {
	connection *connection
	options    *PluginOptions
	// peerMaxMessageBytes is what the peer said it takes.
	peerMaxMessageBytes int

	open map[uint32]*incomingCall
	held heldCalls
	// refusal is what calls from now on are answered with.
	refusal *fault.Error
	// closed: the connection is gone, and answers go nowhere.
	closed bool
	// idle is closed when no call is open; nil while nobody asks.
	idle chan struct{}
	// isAppender: the handler encodes into a buffer.
	isAppender bool
	// reusesPayloads: payloads lie in memory that is used again after the call.
	reusesPayloads bool
	work           chan *incomingCall
	// quick counts the handlers in a row that returned quickly, from below 0 after one that held up the rest.
	quick int
}

func newIncomingCalls(connection *connection, options *PluginOptions, peerMaxMessageBytes int) *incomingCalls {
	_, isAppender := options.Handler.(AppendHandler)
	return &incomingCalls{
		connection: connection, options: options, peerMaxMessageBytes: peerMaxMessageBytes,
		open: make(map[uint32]*incomingCall), isAppender: isAppender, work: make(chan *incomingCall),
		reusesPayloads: isAppender || options.ReusesPayloads, held: heldCalls{outbox: connection.outbox},
	}
}

func (i *incomingCalls) isOpen(stream uint32) bool { return i.open[stream] != nil }

// checkRoom fails where one more call is too many; those whose fragments are still arriving count as open.
func (i *incomingCalls) checkRoom(arriving int) *fault.Error {
	i.connection.mu.Lock()
	open := len(i.open)
	i.connection.mu.Unlock()
	return i.checkCount(open, arriving)
}

func (i *incomingCalls) checkCount(open, arriving int) *fault.Error {
	if open+arriving < i.options.MaxConcurrentCalls {
		return nil
	}
	return wire.Violation("more than %d calls open at once (V2-S11)", i.options.MaxConcurrentCalls)
}

func (i *incomingCalls) onCall(frame *wire.Frame, arriving int) *fault.Error {
	if err := i.checkRoom(arriving); err != nil {
		return err
	}
	call := &incomingCall{id: frame.Stream}
	i.keep(call, frame)
	if frame.Arg > 0 {
		call.deadline = i.connection.channel.lastHeard().Add(time.Duration(frame.Arg) * time.Millisecond)
	}
	return i.begin(call, frame.Flags, frame.Metadata)
}

func (i *incomingCalls) onAssembledCall(message *wire.Message) {
	call := &incomingCall{id: message.Stream, payload: message.Body}
	if i.reusesPayloads {
		call.memory = message.Body
	}
	if message.Arg > 0 {
		call.deadline = message.Begun.Add(time.Duration(message.Arg) * time.Millisecond)
	}
	if err := i.begin(call, message.Flags, message.Metadata); err != nil {
		i.connection.breakOff(err)
	}
}

func (i *incomingCalls) begin(call *incomingCall, flags byte, metadata []byte) *fault.Error {
	var refusal error
	if len(metadata) > 0 {
		call.metadata, refusal = decodeMetadata(metadata)
	}
	if flags&(wire.FlagUp|wire.FlagDown) != 0 {
		refusal = fault.New(fault.Unimplemented, "this runtime has no streaming methods yet")
	}
	i.connection.mu.Lock()
	if i.refusal != nil {
		refusal = i.refusal
	}
	if i.closed {
		i.connection.mu.Unlock()
		return nil
	}
	i.open[call.id] = call
	if refusal != nil {
		return i.turnAway(call, refusal)
	}
	if i.held.holdsCalls() {
		i.held.holdCall(call, func() { i.goOn(call) })
		i.connection.mu.Unlock()
		return nil
	}
	isOwn := i.quick >= quickCalls && len(i.open) == 1 && i.connection.directs()
	i.connection.mu.Unlock()
	if isOwn {
		i.connection.toRun = call
	} else {
		i.hand(call)
	}
	return nil
}

// hand gives the call to a goroutine that serves it.
func (i *incomingCalls) hand(call *incomingCall) {
	select {
	case i.work <- call:
	default:
		go i.serve(call)
	}
}

// goOn gives a call that waited to a handler, unless it is too late; the lock is held.
func (i *incomingCalls) goOn(call *incomingCall) {
	if call.Err() == nil {
		i.hand(call)
		return
	}
	frameType, body := i.terminal(call, answer{err: deadlinePassed(), origin: originRuntime})
	i.settle(call, frameType, body)
}

// turnAway answers a call that no handler gets, without waiting for a peer that reads slowly: it fails where that reads
// nothing. It unlocks.
func (i *incomingCalls) turnAway(call *incomingCall, err error) *fault.Error {
	frameType, body := i.terminal(call, answer{err: err, origin: originRuntime})
	i.settle(call, frameType, body)
	return i.flush()
}

// answer sends the terminal that a handler gave, or keeps it until the peer has read more.
func (i *incomingCalls) answer(call *incomingCall, given answer) {
	frameType, body := i.terminal(call, given)
	i.connection.mu.Lock()
	if i.closed {
		i.connection.mu.Unlock()
		return
	}
	if i.held.holdsAnswers() {
		// Where it lies is used for other calls by the time that there is room.
		kept := bytes.Clone(body)
		wire.Recycle(call.memory)
		call.memory = nil
		i.held.holdAnswer(call, func() { i.settle(call, frameType, kept) })
		i.connection.mu.Unlock()
		return
	}
	i.settle(call, frameType, body)
	i.connection.outbox.flush(len(i.open) == 0)
}

// terminal ends the call's context, and is the frame that says what became of it.
func (i *incomingCalls) terminal(call *incomingCall, given answer) (byte, []byte) {
	call.finish()
	if given.err == nil && len(given.body) > i.peerMaxMessageBytes {
		given = answer{err: answerTooLarge(len(given.body), i.peerMaxMessageBytes), origin: originRuntime}
	}
	if given.err != nil {
		return wire.V2Error, failureBody(given.err, given.origin, min(i.peerMaxMessageBytes, longBytes))
	}
	return wire.V2Response, given.body
}

// settle queues the terminal of a call, which is open no longer; the lock is held.
func (i *incomingCalls) settle(call *incomingCall, frameType byte, body []byte) {
	delete(i.open, call.id)
	if !call.wasQuick {
		i.quick = min(i.quick, 0)
	} else if i.quick < quickCalls {
		i.quick++
	}
	i.connection.outbox.send(message{frameType: frameType, stream: call.id, body: body, memory: call.memory})
	if len(i.open) == 0 && i.idle != nil {
		close(i.idle)
		i.idle = nil
	}
}

// flush sends what this side made by itself, and unlocks. Answers of handlers leave room for that: it fails where the peer
// reads nothing.
func (i *incomingCalls) flush() *fault.Error {
	queued := i.connection.outbox.queuedBytes()
	i.connection.outbox.flush(len(i.open) == 0)
	if queued > maxQueuedBytes+i.peerMaxMessageBytes {
		return peerDoesNotRead(queued)
	}
	return nil
}

// onDescribe answers at once, by no handler.
func (i *incomingCalls) onDescribe(stream uint32, description []byte, arriving int) *fault.Error {
	if err := i.checkRoom(arriving); err != nil {
		return err
	}
	i.connection.mu.Lock()
	if len(description) <= i.peerMaxMessageBytes {
		i.connection.outbox.send(message{frameType: wire.V2Description, stream: stream, body: description})
	} else {
		failure := failureBody(answerTooLarge(len(description), i.peerMaxMessageBytes), originRuntime, longBytes)
		i.connection.outbox.send(message{frameType: wire.V2Error, stream: stream, body: failure})
	}
	return i.flush()
}

func (i *incomingCalls) onCancel(stream uint32) {
	i.connection.mu.Lock()
	call := i.open[stream]
	if call != nil && call.goOn != nil {
		// Nobody wants what waits any more: it need not be kept.
		call.payload = nil
		call.goOn = func() { i.settle(call, wire.V2Error, callerGaveUpBody) }
	}
	i.connection.mu.Unlock()
	if call != nil {
		call.cancel(callerGaveUp())
	}
}

// onCancelUnfinished is for a CALL given up on while its fragments were still coming: it too is owed its terminal.
func (i *incomingCalls) onCancelUnfinished(stream uint32) *fault.Error {
	i.connection.mu.Lock()
	i.connection.outbox.send(message{frameType: wire.V2Error, stream: stream, body: callerGaveUpBody})
	return i.flush()
}

// refuse answers calls from now on with the reason.
func (i *incomingCalls) refuse(reason *fault.Error) {
	if i.refusal == nil {
		i.refusal = reason
	}
}

// whenIdle returns a channel that is closed when no call is open.
func (i *incomingCalls) whenIdle() <-chan struct{} {
	if len(i.open) == 0 || i.closed {
		return closedChannel
	}
	if i.idle == nil {
		i.idle = make(chan struct{})
	}
	return i.idle
}

// fail tells the handlers that the connection is gone; their answers go nowhere.
func (i *incomingCalls) fail(loss *fault.Error) {
	i.closed = true
	for _, call := range i.open {
		call.cancel(loss)
	}
	clear(i.open)
	i.held.clear()
	if i.idle != nil {
		close(i.idle)
		i.idle = nil
	}
}
