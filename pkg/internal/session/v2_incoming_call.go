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
	// pooled is where payload goes back to after the call; nil where it stays the handler's.
	pooled *[]byte
	// memory is where a long payload lies that does not stay the handler's. It is used again when the answer, which may
	// share it, has left.
	memory []byte
	// wasQuick: its handler returned quickly.
	wasQuick bool
	// goOn is what it goes on with where it waits for the peer to read; nil where it does not.
	goOn func()
}

// keep takes the body for as long as the call lives.
func (i *incomingCalls) keep(call *incomingCall, frame *wire.Frame) {
	if frame.Owned || !i.reusesPayloads {
		call.payload = frame.TakeBody()
		return
	}
	call.pooled = payloadPool.Get().(*[]byte)
	call.payload = append((*call.pooled)[:0], frame.Body...)
}

// idleWorker is how long a goroutine waits for the next call: a new one would have to grow its stack again.
const idleWorker = 5 * time.Second

// serve answers a call, and then others while there are any.
func (i *incomingCalls) serve(call *incomingCall) {
	i.run(call, time.Now())
	timer := time.NewTimer(idleWorker)
	defer timer.Stop()
	for {
		select {
		case call := <-i.work:
			i.run(call, time.Now())
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

// payloadPool and answerPool have what handlers keep no longer than a call.
var (
	payloadPool = sync.Pool{New: func() any { return new([]byte) }}
	answerPool  = sync.Pool{New: func() any {
		buffer := make([]byte, 0, answerBytes)
		return &buffer
	}}
)

// run answers a call by the handler, which begins now.
func (i *incomingCalls) run(call *incomingCall, now time.Time) {
	returned := false
	defer func() {
		if !returned {
			failure := fault.New(fault.Internal, "the handler ended its goroutine (runtime.Goexit)")
			i.answer(call, answer{err: failure, origin: originRuntime})
		}
	}()
	var buffer *[]byte
	var space []byte
	if i.isAppender {
		buffer = answerPool.Get().(*[]byte)
		space = *buffer
	}
	given := i.options.ask(&call.callContext, call.payload, space)
	returned = true
	call.wasQuick = time.Since(now) < quickHandler
	i.answer(call, given)
	if call.pooled != nil && cap(call.payload) <= keptCallBytes {
		*call.pooled = call.payload
		payloadPool.Put(call.pooled)
	}
	if i.isAppender {
		// What does not fit it was put elsewhere, and what fits it was copied.
		answerPool.Put(buffer)
	}
}
