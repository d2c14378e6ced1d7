package session

import (
	"net"
	"runtime"
	"sync"
	"time"

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
	// linger is how long a peer may take to read what was written before the connection is cut off.
	linger = time.Second
)

// directWriter is a connection that can write without ever waiting for the peer. Sockets can.
type directWriter interface {
	// TryWrite writes what the operating system takes at once, and returns how much that was.
	TryWrite(bytes []byte) (int, error)
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
	// spare is a buffer that nobody uses.
	spare []byte
	// rest is a batch of which a direct write left over what comes after restFrom.
	rest     []byte
	restFrom int
	// writing: somebody writes, and will take what is queued meanwhile.
	writing bool
	// ending: the connection is closed when all is written.
	ending bool
	// broken: a write failed or the connection was cut off; nothing is kept any more.
	broken bool
	// handed counts the bytes of messages that were given to the connection.
	handed uint64
	wake   chan struct{}
	// empty is closed when nothing waits any more; nil while nobody asks.
	empty chan struct{}
}

func newOutbox(mu *sync.Mutex, conn net.Conn) *outbox {
	direct, _ := conn.(directWriter)
	return &outbox{mu: mu, conn: conn, direct: direct, wake: make(chan struct{}, 1)}
}

// madeBytes is the position of the next frame; it has left when handed has passed that.
func (o *outbox) madeBytes() uint64 {
	return o.handed + uint64(len(o.chunk)+o.sealedBytes)
}

// queuedBytes is what waits here, the long messages' remains included.
func (o *outbox) queuedBytes() int {
	return len(o.chunk) + o.sealedBytes + o.long.queuedBytes
}

// send queues a whole message. A body above longBytes is not copied: it must not change until it has left or abort
// was called.
func (o *outbox) send(frameType byte, stream, arg uint32, metadata, body []byte) {
	if o.broken {
		return
	}
	if len(metadata)+len(body) > longBytes {
		o.long.add(longMessage{frameType: frameType, stream: stream, arg: arg, metadata: metadata, body: body})
		return
	}
	o.chunk = wire.V2Header{
		PayloadBytes: len(metadata) + len(body), Type: frameType, MetadataBytes: len(metadata), Stream: stream, Arg: arg,
	}.Append(o.chunk)
	o.chunk = append(o.chunk, metadata...)
	o.chunk = append(o.chunk, body...)
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

func (o *outbox) isEmpty() bool {
	return len(o.control)+len(o.chunk)+len(o.sealed) == 0 && o.long.isEmpty()
}

// flush sees to it that what is queued leaves, and unlocks mu. With direct, this goroutine writes it where that needs
// no waiting: a single caller is served soonest so. Otherwise the writing goroutine takes what many have made.
func (o *outbox) flush(direct bool) {
	if o.writing || o.broken {
		o.mu.Unlock()
		return
	}
	if !direct || o.direct == nil || len(o.sealed) > 0 || !o.long.isEmpty() {
		o.handOver()
		return
	}
	o.writing = true
	batch := o.take()
	o.mu.Unlock()
	written, err := o.direct.TryWrite(batch)
	o.mu.Lock()
	if err == nil && written == len(batch) {
		o.release(batch)
		o.writing = false
		if o.isEmpty() && !o.ending {
			o.becomeEmpty()
			o.mu.Unlock()
			return
		}
	} else {
		// The writing goroutine waits for the peer, or meets the same error.
		o.rest, o.restFrom = batch, written
	}
	o.handOver()
}

// handOver wakes the writing goroutine, and unlocks mu.
func (o *outbox) handOver() {
	o.writing = true
	o.mu.Unlock()
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

// end closes the connection once all is written; a peer that does not take it is cut off after a second. It unlocks mu.
func (o *outbox) end() {
	o.ending = true
	_ = o.conn.SetWriteDeadline(time.Now().Add(linger))
	if o.writing {
		// Whoever writes sees it.
		o.mu.Unlock()
		return
	}
	o.handOver()
}

// run writes what others leave to it, until the connection has ended. It is the one goroutine that waits for the peer.
func (o *outbox) run(onError func(error)) {
	for range o.wake {
		// Those who are about to make frames do so first.
		runtime.Gosched()
		err := o.drain()
		o.mu.Lock()
		if err != nil {
			o.breakOff()
		}
		done := o.broken || o.ending && o.isEmpty()
		if done {
			o.broken = true
		}
		o.mu.Unlock()
		if err != nil {
			onError(err)
		}
		if done {
			return
		}
	}
}

// drain writes batch after batch until nothing waits.
func (o *outbox) drain() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	for !o.broken {
		batch, from := o.rest, o.restFrom
		o.rest, o.restFrom = nil, 0
		if len(batch) == from {
			batch, from = o.take(), 0
		}
		if len(batch) == 0 {
			break
		}
		o.mu.Unlock()
		_, err := o.conn.Write(batch[from:])
		runtime.Gosched()
		o.mu.Lock()
		if err != nil {
			return err
		}
		o.release(batch)
	}
	o.writing = false
	o.becomeEmpty()
	return nil
}

// dropMessages forgets the messages that wait.
func (o *outbox) dropMessages() {
	o.sealed, o.chunk = nil, nil
	o.sealedBytes = 0
	o.long = longMessages{}
}

// breakOff forgets all that waits.
func (o *outbox) breakOff() {
	o.broken = true
	o.dropMessages()
	o.control, o.rest, o.spare = nil, nil, nil
	o.becomeEmpty()
}

func (o *outbox) becomeEmpty() {
	if o.empty != nil {
		close(o.empty)
		o.empty = nil
	}
}

// whenEmpty returns a channel that is closed when nothing waits, or the connection is broken.
func (o *outbox) whenEmpty() <-chan struct{} {
	if o.empty == nil {
		o.empty = make(chan struct{})
	}
	empty := o.empty
	if o.broken || o.isEmpty() && !o.writing {
		o.becomeEmpty()
	}
	return empty
}

// take is what is written next: control frames, then messages of one frame, then a fragment of a long one.
func (o *outbox) take() []byte {
	if len(o.control) == 0 && len(o.sealed) > 0 {
		batch := o.sealed[0]
		o.sealed = o.sealed[1:]
		o.sealedBytes -= len(batch)
		o.handed += uint64(len(batch))
		return batch
	}
	if len(o.control) == 0 && len(o.chunk) > 0 {
		batch := o.chunk
		o.chunk, o.spare = o.spare, nil
		o.handed += uint64(len(batch))
		return o.takeFragment(batch)
	}
	batch := append(o.spare, o.control...)
	o.spare = nil
	o.control = o.control[:0]
	if len(o.sealed) == 0 {
		batch = append(batch, o.chunk...)
		o.handed += uint64(len(o.chunk))
		o.chunk = o.chunk[:0]
		batch = o.takeFragment(batch)
	}
	return batch
}

func (o *outbox) takeFragment(batch []byte) []byte {
	if o.long.isEmpty() {
		return batch
	}
	return o.long.appendFragment(batch)
}

func (o *outbox) release(batch []byte) {
	if cap(batch) > keepBytes {
		return
	}
	if o.chunk == nil {
		o.chunk = batch[:0]
	} else if o.spare == nil {
		o.spare = batch[:0]
	}
}

// peerDoesNotRead is why a connection is cut off whose peer takes nothing.
func peerDoesNotRead(queuedBytes int) *fault.Error {
	return fault.Newf(fault.ResourceExhausted, "the peer does not read: %d bytes are waiting to be sent", queuedBytes)
}
