package session

import (
	"sync"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/wire"
)

// incomingCall is one that the peer made. It is a context: the handler's.
type incomingCall struct {
	callContext
	id      uint32
	payload []byte
	// pooled is where payload goes back to after the call; nil where it is the handler's own.
	pooled *[]byte
	// memory is where a long payload lies. It is used again when the answer, which may share it, has left.
	memory []byte
	// turn is the number of the turn to read in which its handler runs, where it does.
	turn uint64
	// wasQuick: its handler returned quickly.
	wasQuick bool
}

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
	// isAppender: the handler encodes into a buffer, and payloads are valid only while it runs.
	isAppender bool
	work       chan *incomingCall
	// quick counts the handlers in a row that returned quickly, from below 0 after one that held up the rest.
	quick int
}

func newIncomingCalls(connection *connection, options *PluginOptions, peerMaxMessageBytes int) *incomingCalls {
	_, isAppender := options.Handler.(AppendHandler)
	return &incomingCalls{
		connection: connection, options: options, peerMaxMessageBytes: peerMaxMessageBytes,
		open: make(map[uint32]*incomingCall), isAppender: isAppender, work: make(chan *incomingCall),
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
		call.deadline = time.Now().Add(time.Duration(frame.Arg) * time.Millisecond)
	}
	return i.begin(call, frame.Flags, frame.Metadata)
}

func (i *incomingCalls) onAssembledCall(message *wire.Message) {
	call := &incomingCall{id: message.Stream, payload: message.Body, memory: message.Body}
	if message.Arg > 0 {
		call.deadline = message.Begun.Add(time.Duration(message.Arg) * time.Millisecond)
	}
	if err := i.begin(call, message.Flags, message.Metadata); err != nil {
		i.connection.breakOff(err)
	}
}

// keep takes the body for as long as the call lives.
func (i *incomingCalls) keep(call *incomingCall, frame *wire.Frame) {
	if frame.Owned || !i.isAppender {
		call.payload = frame.TakeBody()
		return
	}
	call.pooled = payloadPool.Get().(*[]byte)
	call.payload = append((*call.pooled)[:0], frame.Body...)
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
	if isOwn {
		i.connection.reading.since = time.Now()
		call.turn = i.connection.give(readByHandler)
	}
	i.connection.mu.Unlock()
	if refusal != nil {
		return i.turnAway(call, refusal)
	}
	if isOwn {
		i.connection.reading.toRun = call
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

// idleWorker is how long a goroutine waits for the next call: a new one would have to grow its stack again.
const idleWorker = 5 * time.Second

// serve answers a call, and then others while there are any.
func (i *incomingCalls) serve(call *incomingCall) {
	i.run(call)
	timer := time.NewTimer(idleWorker)
	defer timer.Stop()
	for {
		select {
		case call := <-i.work:
			i.run(call)
			timer.Reset(idleWorker)
		case <-timer.C:
			return
		case <-i.connection.ended:
			return
		}
	}
}

// answerBytes is the buffer that an AppendHandler gets.
const answerBytes = 4_096

// payloadPool and answerPool are for handlers that keep neither.
var (
	payloadPool = sync.Pool{New: func() any { return new([]byte) }}
	answerPool  = sync.Pool{New: func() any {
		buffer := make([]byte, 0, answerBytes)
		return &buffer
	}}
)

func (i *incomingCalls) run(call *incomingCall) {
	var buffer *[]byte
	var space []byte
	if i.isAppender {
		buffer = answerPool.Get().(*[]byte)
		space = *buffer
	}
	began := time.Now()
	given := i.options.ask(&call.callContext, call.payload, space)
	call.wasQuick = time.Since(began) < quickHandler
	failure := i.answer(call, given)
	if call.pooled != nil && cap(call.payload) <= keptCallBytes {
		*call.pooled = call.payload
		payloadPool.Put(call.pooled)
	}
	if i.isAppender {
		// What does not fit it was put elsewhere, and what fits it was copied.
		answerPool.Put(buffer)
	}
	if failure != nil {
		i.connection.breakOff(failure)
	}
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
