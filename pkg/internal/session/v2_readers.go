package session

import (
	"context"
	"errors"
	"os"
	"reflect"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
)

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
		if call := c.toRun; call != nil {
			c.toRun = nil
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
	c.mu.Lock()
	if c.reading.watch != nil {
		c.reading.watch.Stop()
	}
	c.mu.Unlock()
	c.leaveGoroutine()
}

// leave lets the next caller read for itself, where it is likely to be alone, and reports whether it did. It does so
// on sockets only: others may not know deadlines, by which a read is interrupted.
func (c *connection) leave() bool {
	if c.outgoing == nil || c.outbox.direct == nil {
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

// letRead gives the turn to the call that was sent just now, and reports whether it did. heeds: its context is to be
// heeded. mu is held.
func (c *connection) letRead(ctx context.Context, call *outgoingCall) (reads, heeds bool) {
	r := &c.reading
	if len(c.outgoing.open) > 1 || call.state != callOpen {
		r.alone = 0
	} else if r.alone < callsAlone {
		r.alone++
	}
	if r.turn != readByNobody {
		return false, false
	}
	canEnd := ctx.Done() != nil
	if r.alone < callsAlone || c.state != connectionOpen || canEnd && !reflect.ValueOf(ctx).Comparable() {
		c.reclaim()
		return false, false
	}
	c.give(readByCaller)
	r.caller = call
	if !canEnd {
		return true, false
	}
	// Who comes with the same context again is likely to go on so.
	r.keepsContext = r.context == ctx
	if !r.keepsContext {
		c.forgetContext()
	}
	r.context = ctx
	heeds = r.forget == nil
	if ctx.Err() != nil {
		// It ended just now, and nobody read yet.
		c.interrupt()
	}
	return true, heeds
}

// readFor reads until the call is settled, or its context has ended.
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
		r.caller = nil
		if r.isInterrupted {
			r.isInterrupted = false
			c.channel.resume()
			if err != nil && errors.Is(err, os.ErrDeadlineExceeded) {
				err = nil
			}
		}
		stays := err == nil && len(call.done) > 0 && c.isQuiet()
		if stays {
			c.give(readByNobody)
			if !r.keepsContext {
				c.forgetContext()
			}
		} else {
			c.takeBack()
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
	c.mu.Lock()
	if c.state != connectionOpen {
		c.mu.Unlock()
		go c.incoming.serve(call)
		return true
	}
	now := time.Now()
	c.reading.since = now
	turn := c.give(readByHandler)
	c.mu.Unlock()
	returned := false
	defer func() {
		c.mu.Lock()
		keeps = c.reading.turn == readByHandler && c.reading.turns == turn
		if keeps {
			c.reading.turn = readByOwn
		}
		c.mu.Unlock()
		if keeps && !returned {
			// The handler ended its goroutine: runtime.Goexit.
			go c.read()
		}
	}()
	c.incoming.run(call, now)
	returned = true
	return keeps
}
