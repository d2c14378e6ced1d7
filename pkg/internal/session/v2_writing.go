package session

import (
	"math"
	"runtime"
	"sync"
	"time"

	"github.com/dlahoza/pluginart/pkg/internal/wire"
)

// lentBytes is how much a goroutine that writes directly writes at most of what others queue meanwhile: it has a call to
// make, or frames to read.
const lentBytes = sealBytes

// linger is how long a peer may take to read what was written before the connection is cut off.
const linger = time.Second

// writeFunc writes two pieces one after the other, and returns how much of them was taken.
type writeFunc func(first, second []byte) (int, error)

// directWriter is a connection that can write without ever waiting for the peer. Sockets can. Its methods are for one
// goroutine at a time.
type directWriter interface {
	// TryWrite writes what the operating system takes at once, and returns how much that was.
	TryWrite(first, second []byte) (int, error)
	// WriteUntil calls attempt, and calls it again each time that the operating system may take more, until it returns
	// true. attempt gets what TryWrite is otherwise.
	WriteUntil(attempt func(write func(first, second []byte) (int, error)) bool) error
}

// writing is the part of an outbox that moves. At most one goroutine writes; it is the caller's where that needs no
// waiting for the peer, and the connection's otherwise.
type writing struct {
	outbox *outbox
	// isWriting: somebody writes, or waits for room, and will take what is queued meanwhile.
	isWriting bool
	// rest is what is left of the batch that is being written; its frames lie in restBuffer.
	rest       batch
	restBuffer []byte
	// isInCall: a write is being made, without mu. over is told when it returns.
	isInCall bool
	over     *sync.Cond
	wake     chan struct{}
	// attempt is attemptAll, and err what it met.
	attempt func(write func(first, second []byte) (int, error)) bool
	err     error
	// empty is closed when nothing waits any more; nil while nobody asks.
	empty chan struct{}
}

func (w *writing) init(outbox *outbox) {
	w.outbox = outbox
	w.over = sync.NewCond(outbox.mu)
	w.wake = make(chan struct{}, 1)
	w.attempt = w.attemptAll
}

// flush sees to it that what is queued leaves, and unlocks mu. With direct, this goroutine writes it where that needs
// no waiting: a single caller is served soonest so. Otherwise the writing goroutine takes what many have made.
func (w *writing) flush(direct bool) {
	o := w.outbox
	if w.isWriting || o.broken {
		o.mu.Unlock()
		return
	}
	if !direct || o.direct == nil {
		w.handOver()
		return
	}
	w.isWriting = true
	queued := len(w.rest.frames) + len(w.rest.body) + len(o.control) + o.queuedBytes()
	isDone, err := w.push(o.direct.TryWrite, queued+lentBytes)
	if !isDone || err != nil || o.ending || o.broken {
		// The writing goroutine waits for the peer, goes on with what others queue, or meets the same error.
		w.handOver()
		return
	}
	w.isWriting = false
	w.becomeEmpty()
	o.mu.Unlock()
}

// push writes batch after batch, until nothing waits: then it is done. Before that it stops where write does not take
// all, and after so many bytes. mu is held, save while it writes.
func (w *writing) push(write writeFunc, most int) (isDone bool, err error) {
	o := w.outbox
	for !o.broken {
		if w.rest.isEmpty() {
			if most <= 0 && !o.isEmpty() {
				return false, nil
			}
			if o.onRoom != nil && o.queuedBytes() <= maxQueuedAnswerBytes {
				onRoom := o.onRoom
				o.onRoom = nil
				onRoom()
			}
			w.rest = o.take()
			w.restBuffer = w.rest.frames
			if w.rest.isEmpty() {
				o.keep(w.restBuffer)
				return true, nil
			}
		}
		rest := w.rest
		w.isInCall = true
		o.mu.Unlock()
		written, err := write(rest.frames, rest.body)
		o.mu.Lock()
		w.isInCall = false
		w.over.Broadcast()
		w.rest.skip(written)
		most -= written
		if err != nil || !w.rest.isEmpty() {
			return false, err
		}
		wire.Recycle(w.rest.memory)
		o.keep(w.restBuffer)
		w.rest, w.restBuffer = batch{}, nil
	}
	return true, nil
}

// own copies what is being written of the stream's message, so that its memory may change. It waits while the operating
// system looks at it; that does not wait for the peer.
func (w *writing) own(stream uint32) {
	for len(w.rest.body) > 0 && w.rest.stream == stream {
		if !w.isInCall {
			w.copyBody()
			return
		}
		w.over.Wait()
	}
}

// ownAll is own for any stream.
func (w *writing) ownAll() {
	for len(w.rest.body) > 0 {
		if !w.isInCall {
			w.copyBody()
			return
		}
		w.over.Wait()
	}
}

func (w *writing) copyBody() {
	w.rest.frames = append(w.rest.frames, w.rest.body...)
	w.restBuffer = w.rest.frames
	w.rest.body = nil
}

// handOver wakes the writing goroutine, and unlocks mu.
func (w *writing) handOver() {
	w.isWriting = true
	w.outbox.mu.Unlock()
	select {
	case w.wake <- struct{}{}:
	default:
	}
}

// end closes the connection once all is written; a peer that does not take it is cut off after a second. It unlocks mu.
func (w *writing) end() {
	o := w.outbox
	o.ending = true
	_ = o.conn.SetWriteDeadline(time.Now().Add(linger))
	if w.isWriting {
		// Whoever writes sees it.
		o.mu.Unlock()
		return
	}
	w.handOver()
}

// run writes what others leave to it, until the connection has ended. It is the one goroutine that waits for the peer.
func (w *writing) run(onError func(error)) {
	o := w.outbox
	for range w.wake {
		// Those who are about to make frames do so first.
		runtime.Gosched()
		err := w.drain()
		o.mu.Lock()
		for err == nil && !o.broken && !o.isEmpty() {
			// It was queued just now.
			o.mu.Unlock()
			err = w.drain()
			o.mu.Lock()
		}
		if err != nil {
			o.breakOff()
		} else {
			w.isWriting = false
			w.becomeEmpty()
		}
		isDone := o.broken || o.ending && o.isEmpty()
		if isDone {
			o.broken = true
		}
		o.mu.Unlock()
		if err != nil {
			onError(err)
		}
		if isDone {
			return
		}
	}
}

// drain writes until nothing waits.
func (w *writing) drain() error {
	o := w.outbox
	if o.direct != nil {
		w.err = nil
		if err := o.direct.WriteUntil(w.attempt); err != nil {
			return err
		}
		return w.err
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	_, err := w.push(func(frames, _ []byte) (int, error) {
		defer runtime.Gosched()
		return o.conn.Write(frames)
	}, math.MaxInt)
	return err
}

// attemptAll writes what can be written without waiting, and reports whether there is nothing left to wait for.
func (w *writing) attemptAll(write func(first, second []byte) (int, error)) bool {
	w.outbox.mu.Lock()
	defer w.outbox.mu.Unlock()
	isDone, err := w.push(func(first, second []byte) (int, error) {
		defer runtime.Gosched()
		return write(first, second)
	}, math.MaxInt)
	w.err = err
	return isDone || err != nil
}

func (w *writing) becomeEmpty() {
	if w.empty != nil {
		close(w.empty)
		w.empty = nil
	}
}

// whenEmpty returns a channel that is closed when nothing waits, or the connection is broken.
func (w *writing) whenEmpty() <-chan struct{} {
	if w.empty == nil {
		w.empty = make(chan struct{})
	}
	empty := w.empty
	if w.outbox.broken || w.outbox.isEmpty() && !w.isWriting {
		w.becomeEmpty()
	}
	return empty
}
