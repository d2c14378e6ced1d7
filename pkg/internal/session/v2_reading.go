package session

import (
	"errors"
	"os"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
)

const (
	// watchInterval: a caller or a handler has the turn to read for this long at least, and at most twice as long.
	watchInterval = 2 * time.Millisecond
	// callsAlone is after how many calls in a row that were the only one their callers read for themselves.
	callsAlone = 8
)

// readingTurn says who reads a connection. Every goroutine that is woken on the way of a call costs about as much as
// the call itself; so a caller that is alone reads its answer itself, and a quick handler runs on the goroutine that
// read its call. Neither keeps the turn for long: a watch takes it away, so that PINGs and other calls are served.
type readingTurn int

const (
	// readByOwn: a goroutine of the connection reads.
	readByOwn readingTurn = iota
	// readByCaller: the goroutine of a call reads.
	readByCaller
	// readByNobody: the caller that read has its answer, and may be about to call again.
	readByNobody
	// readByHandler: the goroutine that read runs a handler.
	readByHandler
)

// reading is whose turn it is. The connection's lock guards it.
type reading struct {
	turn readingTurn
	// turns counts those that callers and handlers got; seen is what the watch last saw of it.
	turns, seen uint64
	watch       *time.Timer
	isWatched   bool
	// isInterrupted: the caller that reads was told to stop.
	isInterrupted bool
	// alone counts the calls since there was more than one at once.
	alone int
	// toRun is a call for the goroutine that reads. It is that goroutine's.
	toRun *incomingCall
}

// give begins the turn of a caller or a handler, and returns its number. mu is held.
func (c *connection) give(turn readingTurn) uint64 {
	r := &c.reading
	r.turn = turn
	r.turns++
	if !r.isWatched {
		r.isWatched = true
		if r.watch == nil {
			r.watch = time.AfterFunc(watchInterval, c.watchReading)
		} else {
			r.watch.Reset(watchInterval)
		}
	}
	return r.turns
}

// watchReading takes the turn away from who has had it since the last time.
func (c *connection) watchReading() {
	c.mu.Lock()
	r := &c.reading
	lasts := r.seen == r.turns
	r.seen = r.turns
	if lasts && r.turn == readByOwn {
		r.isWatched = false
		c.mu.Unlock()
		return
	}
	takesOver := lasts && r.turn != readByCaller
	if lasts && r.turn == readByCaller {
		c.interrupt()
	}
	if takesOver {
		r.turn = readByOwn
	}
	r.watch.Reset(watchInterval)
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
		c.reading.turn = readByOwn
		go c.read()
	}
}

// interrupt ends a caller's read; mu is held.
func (c *connection) interrupt() {
	c.reading.isInterrupted = true
	c.channel.interrupt()
}

// read hands on what comes until the connection ends, or another has the turn.
func (c *connection) read() {
	for {
		frame, err := c.channel.decoder.Next()
		if err == nil && frame == nil {
			if c.leave() {
				return
			}
			err = c.channel.readMore()
		} else if err == nil {
			err = c.onFrame(frame)
		}
		if err != nil {
			c.endReading(err)
			return
		}
		if call := c.reading.toRun; call != nil {
			c.reading.toRun = nil
			if !c.runOwn(call) {
				return
			}
		}
	}
}

// endReading ends the connection and the reading of it.
func (c *connection) endReading(loss *fault.Error) {
	if loss.Code == fault.ProtocolViolation {
		c.close(loss)
	} else {
		c.breakOff(loss)
	}
	c.channel.discard()
	c.breakOff(loss)
	c.leaveGoroutine()
}

// leave lets the next caller read for itself, where it is likely to be alone, and reports whether it did.
func (c *connection) leave() bool {
	if c.outgoing == nil {
		return false
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.reading.alone < callsAlone || !c.isQuiet() {
		return false
	}
	c.give(readByNobody)
	return true
}

// isQuiet: nothing is to be expected but a call.
func (c *connection) isQuiet() bool {
	return c.state == connectionOpen && len(c.outgoing.open) == 0 && c.ping == nil && !c.channel.decoder.HasPending()
}

// letRead gives the turn to the call that was sent just now, and reports whether it did. mu is held.
func (c *connection) letRead(call *outgoingCall) bool {
	r := &c.reading
	if len(c.outgoing.open) > 1 || call.state != callOpen {
		r.alone = 0
	} else if r.alone < callsAlone {
		r.alone++
	}
	if r.turn != readByNobody {
		return false
	}
	if r.alone < callsAlone || c.state != connectionOpen || call.isUrgent {
		c.reclaim()
		return false
	}
	c.give(readByCaller)
	return true
}

// readFor reads until the call is settled, or another has the turn.
func (c *connection) readFor(call *outgoingCall) {
	for {
		frame, err := c.channel.readFrame()
		if err == nil {
			err = c.onFrame(frame)
		}
		if err == nil && len(call.done) == 0 {
			continue
		}
		c.mu.Lock()
		r := &c.reading
		if r.isInterrupted {
			r.isInterrupted = false
			c.channel.resume()
			if err != nil && errors.Is(err, os.ErrDeadlineExceeded) {
				err = nil
			}
		}
		stays := err == nil && len(call.done) > 0 && c.isQuiet()
		if stays {
			r.turn = readByNobody
		} else {
			r.turn = readByOwn
		}
		c.mu.Unlock()
		switch {
		case err != nil:
			go c.endReading(err)
		case !stays:
			go c.read()
		}
		return
	}
}

// directs: nothing else has come, and nothing of another message is here. The goroutine that reads asks.
func (c *connection) directs() bool {
	return c.state == connectionOpen && c.reading.turn == readByOwn && c.assembler.Unfinished() == 0 &&
		!c.channel.decoder.HasPending()
}

// runOwn runs a handler on the goroutine that reads, and reports whether that has the turn still.
func (c *connection) runOwn(call *incomingCall) (keeps bool) {
	returned := false
	defer func() {
		c.mu.Lock()
		keeps = c.reading.turn == readByHandler && c.reading.turns == call.turn
		if keeps {
			c.reading.turn = readByOwn
		}
		c.mu.Unlock()
		if keeps && !returned {
			// The handler ended its goroutine: runtime.Goexit.
			go c.read()
		}
	}()
	c.incoming.run(call)
	returned = true
	return keeps
}
