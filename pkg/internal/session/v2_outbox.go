package session

import (
	"net"
	"sync"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/wire"
)

const (
	// sealBytes: a chunk of frames is sealed at this size, so that control frames overtake what is behind it.
	sealBytes = 262_144
	// longBytes: messages above it go in fragments, by turns with others.
	longBytes = 131_072
	// keepBytes: buffers above it are not kept for the next frames.
	keepBytes = 1_048_576
	// maxQueuedBytes is what may wait for a peer that does not read (V2-Q4).
	maxQueuedBytes = 67_108_864
	// maxQueuedControlBytes bounds the answers to PINGs of a peer that does not read them.
	maxQueuedControlBytes = 65_536
)

// message is one to be sent.
type message struct {
	frameType      byte
	stream, arg    uint32
	metadata, body []byte
	// memory is where body lies, to be used again when it has left; nil where it lies elsewhere.
	memory []byte
}

// batch is what is written next.
type batch struct {
	// frames are whole ones, and at the end the header of a fragment.
	frames []byte
	// body is the rest of that fragment, where it lies: in the memory of the message on stream.
	body   []byte
	stream uint32
	// memory is used again when the batch has left.
	memory []byte
}

func (b *batch) isEmpty() bool { return len(b.frames)+len(b.body) == 0 }

// skip forgets what has left.
func (b *batch) skip(bytes int) {
	ofFrames := min(bytes, len(b.frames))
	b.frames = b.frames[ofFrames:]
	b.body = b.body[min(bytes-ofFrames, len(b.body)):]
}

// outbox is what waits to be sent, in three lanes: control frames, messages of one frame, long messages by turns
// (PROTOCOL.md, section 13). All frames queued since the last write leave in one. Its fields belong to whoever holds mu,
// which is the connection's.
type outbox struct {
	mu     *sync.Mutex
	conn   net.Conn
	direct directWriter
	// control overtakes all messages: frames of stream 0 only, as others would overtake their own call.
	control []byte
	// sealed are chunks of whole frames, before chunk.
	sealed      [][]byte
	sealedBytes int
	chunk       []byte
	long        longMessages
	// onRoom is called once, with mu held, as soon as no more than maxQueuedAnswerBytes wait.
	onRoom func()
	// spare is a buffer that nobody uses.
	spare []byte
	// handed counts the bytes of messages that were given to the connection.
	handed uint64
	// ending: the connection is closed when all is written.
	ending bool
	// broken: a write failed or the connection was cut off; nothing is kept any more.
	broken bool
	writing
}

func newOutbox(mu *sync.Mutex, conn net.Conn) *outbox {
	o := &outbox{mu: mu, conn: conn}
	o.direct, _ = conn.(directWriter)
	o.writing.init(o)
	return o
}

// madeBytes is the position of the next frame; it has left when handed has passed that.
func (o *outbox) madeBytes() uint64 {
	return o.handed + uint64(len(o.chunk)+o.sealedBytes)
}

// queuedBytes is what waits here, the long messages' remains included.
func (o *outbox) queuedBytes() int {
	return len(o.chunk) + o.sealedBytes + o.long.queuedBytes
}

// send queues a whole message. A body above longBytes is not copied: it must not change until it has left, or own and
// abort were called.
func (o *outbox) send(message message) {
	if o.broken {
		return
	}
	if len(message.metadata)+len(message.body) > longBytes {
		o.long.add(message)
		return
	}
	o.chunk = wire.V2Header{
		PayloadBytes: len(message.metadata) + len(message.body), Type: message.frameType,
		MetadataBytes: len(message.metadata), Stream: message.stream, Arg: message.arg,
	}.Append(o.chunk)
	o.chunk = append(o.chunk, message.metadata...)
	o.chunk = append(o.chunk, message.body...)
	wire.Recycle(message.memory)
	if len(o.chunk) >= sealBytes {
		o.sealed = append(o.sealed, o.chunk)
		o.sealedBytes += len(o.chunk)
		o.chunk = nil
	}
}

// sendControl queues a frame of stream 0.
func (o *outbox) sendControl(frameType byte, arg uint32, body []byte) {
	if o.broken {
		return
	}
	o.control = wire.V2Header{PayloadBytes: len(body), Type: frameType, Arg: arg}.Append(o.control)
	o.control = append(o.control, body...)
}

// isEmpty: nothing waits, save what is being written.
func (o *outbox) isEmpty() bool {
	return len(o.control)+len(o.chunk)+len(o.sealed) == 0 && o.long.isEmpty()
}

// take is what is written next: control frames, then messages of one frame, then a fragment of a long one.
func (o *outbox) take() batch {
	if len(o.control) == 0 && len(o.sealed) > 0 {
		frames := o.sealed[0]
		o.sealed = o.sealed[1:]
		o.sealedBytes -= len(frames)
		o.handed += uint64(len(frames))
		return batch{frames: frames}
	}
	if len(o.control) == 0 && len(o.chunk) > 0 {
		frames := o.chunk
		o.chunk, o.spare = o.spare, nil
		o.handed += uint64(len(frames))
		return o.long.withFragment(batch{frames: frames}, o.direct != nil)
	}
	taken := batch{frames: append(o.spare, o.control...)}
	o.spare = nil
	o.control = o.control[:0]
	if len(o.sealed) > 0 {
		return taken
	}
	taken.frames = append(taken.frames, o.chunk...)
	o.handed += uint64(len(o.chunk))
	o.chunk = o.chunk[:0]
	return o.long.withFragment(taken, o.direct != nil)
}

// keep has a buffer that was written used again.
func (o *outbox) keep(buffer []byte) {
	switch {
	case cap(buffer) > keepBytes:
	case o.chunk == nil:
		o.chunk = buffer[:0]
	case o.spare == nil:
		o.spare = buffer[:0]
	}
}

// dropMessages forgets the messages that wait.
func (o *outbox) dropMessages() {
	o.ownAll()
	o.sealed, o.chunk = nil, nil
	o.sealedBytes = 0
	o.long = longMessages{}
}

// breakOff forgets all that waits.
func (o *outbox) breakOff() {
	o.broken = true
	o.dropMessages()
	o.control, o.spare = nil, nil
	o.rest, o.restBuffer = batch{}, nil
	o.becomeEmpty()
}

// peerDoesNotRead is why a connection is cut off whose peer takes nothing.
func peerDoesNotRead(queuedBytes int) *fault.Error {
	return fault.Newf(fault.ResourceExhausted, "the peer does not read: %d bytes are waiting to be sent", queuedBytes)
}
