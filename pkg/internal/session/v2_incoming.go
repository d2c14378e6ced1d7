package session

import (
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
		reusesPayloads: isAppender || options.ReusesPayloads,
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
	isOwn := refusal == nil && i.quick >= quickCalls && len(i.open) == 1 && i.connection.directs()
	i.connection.mu.Unlock()
	if refusal != nil {
		return i.turnAway(call, refusal)
	}
	if isOwn {
		i.connection.toRun = call
		return nil
	}
	select {
	case i.work <- call:
	default:
		go i.serve(call)
	}
	return nil
}

// turnAway answers a call that no handler gets.
func (i *incomingCalls) turnAway(call *incomingCall, err error) *fault.Error {
	return i.answer(call, answer{err: err, origin: originRuntime})
}

// answer sends the terminal of a call. It fails where the peer does not read.
func (i *incomingCalls) answer(call *incomingCall, given answer) *fault.Error {
	call.finish()
	if given.err == nil && len(given.body) > i.peerMaxMessageBytes {
		given = answer{err: answerTooLarge(len(given.body), i.peerMaxMessageBytes), origin: originRuntime}
	}
	frameType, body := byte(wire.V2Response), given.body
	if given.err != nil {
		frameType = wire.V2Error
		body = failureBody(given.err, given.origin, min(i.peerMaxMessageBytes, longBytes))
	}
	i.connection.mu.Lock()
	if i.closed {
		i.connection.mu.Unlock()
		return nil
	}
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
	return i.flush()
}

// flush sends what was queued, and fails where the peer does not read.
func (i *incomingCalls) flush() *fault.Error {
	queued := i.connection.outbox.queuedBytes()
	i.connection.outbox.flush(len(i.open) == 0)
	if queued > maxQueuedBytes {
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
	if i.idle != nil {
		close(i.idle)
		i.idle = nil
	}
}
