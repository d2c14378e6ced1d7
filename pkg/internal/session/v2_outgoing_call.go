package session

import (
	"sync"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
)

// keptCallBytes: a call whose buffer grew above it is not used again.
const keptCallBytes = 65_536

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
