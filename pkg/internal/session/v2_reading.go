package session

import (
	"context"
	"time"
)

const (
	// watchInterval is how often a watch looks at who has the turn to read, while others than the connection's own
	// goroutine have it. Each time costs the calls of about a millisecond their speed: the Go runtime's monitor wakes up
	// with every timer, and does not fall asleep again sooner.
	watchInterval = 50 * time.Millisecond
	// callsAlone is after how many calls in a row that were the only one their callers read for themselves.
	callsAlone = 8
	// quickHandler is how long handlers take at most that run on the goroutine that reads.
	quickHandler = 50 * time.Microsecond
	// stalledHandler: one that takes longer has the turn taken away.
	stalledHandler = time.Millisecond
	// quickCalls is how many in a row must have been so for the next to run there; quickCallsAfterStall, after the watch
	// found one that was not.
	quickCalls, quickCallsAfterStall = 8, 4_096
)

// readingTurn says who reads a connection. Every goroutine that is woken on the way of a call costs about as much as
// a system call; so a caller that is alone reads its answer itself, and a handler that is known to be quick runs on the
// goroutine that read its call.
type readingTurn int

const (
	// readByOwn: a goroutine of the connection reads.
	readByOwn readingTurn = iota
	// readByCaller: the goroutine of a call reads, until the call is settled or its context has ended.
	readByCaller
	// readByNobody: the caller that read has its answer, and may be about to call again. The watch ends it.
	readByNobody
	// readByHandler: the goroutine that read runs a handler. The watch ends it, so that PINGs and other calls are served.
	readByHandler
)

// reading is whose turn it is. The connection's lock guards it.
type reading struct {
	turn readingTurn
	// turns counts those of callers and handlers; seen is what the watch last saw of it.
	turns, seen uint64
	// since is when the handler's turn began.
	since     time.Time
	watch     *time.Timer
	isWatched bool
	// caller is whose goroutine reads.
	caller *outgoingCall
	// context is that of the last caller that read, if it can end; forget ends the wait for that. With keepsContext it
	// waits on for the next calls: to wait for each anew makes more garbage than a call.
	context      context.Context
	forget       func() bool
	keepsContext bool
	// isInterrupted: the caller that reads was told to stop.
	isInterrupted bool
	// alone counts the calls since there was more than one at once.
	alone int
}

// give begins the turn of another than the connection's own goroutine, and returns its number. mu is held.
func (c *connection) give(turn readingTurn) uint64 {
	r := &c.reading
	r.turn = turn
	r.turns++
	if turn != readByCaller && !r.isWatched {
		r.isWatched = true
		if r.watch == nil {
			r.watch = time.AfterFunc(watchInterval, c.watchReading)
		} else {
			r.watch.Reset(watchInterval)
		}
	}
	return r.turns
}

// watchReading has a goroutine of the connection read again where the next call does not come, or a handler is not as
// quick as it was.
func (c *connection) watchReading() {
	c.mu.Lock()
	r := &c.reading
	lasts := r.seen == r.turns
	r.seen = r.turns
	stalls := r.turn == readByHandler && time.Since(r.since) > stalledHandler
	r.isWatched = !lasts && !stalls
	if r.isWatched {
		r.watch.Reset(watchInterval)
	}
	takesOver := stalls || lasts && r.turn == readByNobody
	if takesOver {
		c.takeBack()
	}
	if stalls {
		c.incoming.quick = -quickCallsAfterStall
	}
	c.mu.Unlock()
	if takesOver {
		c.read()
	}
}

// reclaim has a goroutine of the connection read again, now. mu is held.
func (c *connection) reclaim() {
	switch c.reading.turn {
	case readByCaller:
		c.interrupt()
	case readByNobody, readByHandler:
		c.takeBack()
		go c.read()
	}
}

// takeBack gives the turn to a goroutine of the connection; mu is held.
func (c *connection) takeBack() {
	c.reading.turn = readByOwn
	c.forgetContext()
	c.reading.context = nil
}

// forgetContext ends the wait for the end of a caller's context; mu is held.
func (c *connection) forgetContext() {
	if c.reading.forget != nil {
		c.reading.forget()
		c.reading.forget = nil
	}
}

// heed has the end of a context interrupt the caller that reads.
func (c *connection) heed(ctx context.Context) {
	forget := context.AfterFunc(ctx, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		if c.reading.turn == readByCaller && c.reading.context == ctx {
			c.interrupt()
		}
	})
	c.mu.Lock()
	defer c.mu.Unlock()
	c.reading.forget = forget
}

// interrupt ends the read of the caller that reads; mu is held.
func (c *connection) interrupt() {
	c.reading.isInterrupted = true
	c.channel.interrupt()
}

// interruptFor is interrupt, where that is the call. mu is held.
func (c *connection) interruptFor(call *outgoingCall) {
	if c.reading.turn == readByCaller && c.reading.caller == call {
		c.interrupt()
	}
}
