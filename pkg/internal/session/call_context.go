package session

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
)

// callContext is the context of a handler: it ends with the caller's CANCEL, the deadline, the connection, and when the
// call is answered. Its channel and its timer are made only for handlers that look at them; they cost more than a
// whole small call.
type callContext struct {
	deadline time.Time
	metadata Metadata

	mu    sync.Mutex
	done  chan struct{}
	timer *time.Timer
	err   error
	// reason is why the handler was told to stop; nil where it was not.
	reason *fault.Error
}

var (
	_ context.Context = (*callContext)(nil)

	closedChannel = func() chan struct{} {
		closed := make(chan struct{})
		close(closed)
		return closed
	}()
)

// Deadline is the time until which the caller waits.
func (c *callContext) Deadline() (time.Time, bool) { return c.deadline, !c.deadline.IsZero() }

// Done is closed when the answer is not wanted any more.
func (c *callContext) Done() <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.done == nil {
		if c.err != nil {
			c.done = closedChannel
			return c.done
		}
		c.done = make(chan struct{})
		if !c.deadline.IsZero() {
			c.timer = time.AfterFunc(time.Until(c.deadline), c.expire)
		}
	}
	return c.done
}

// Err says why the context has ended.
func (c *callContext) Err() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err == nil && !c.deadline.IsZero() && !time.Now().Before(c.deadline) {
		c.end(context.DeadlineExceeded, deadlinePassed())
	}
	return c.err
}

// Value has the metadata that came with the call.
func (c *callContext) Value(key any) any {
	if key == (incomingMetadata{}) {
		return c.metadata
	}
	return nil
}

func (c *callContext) expire() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.end(context.DeadlineExceeded, deadlinePassed())
}

// cancel tells the handler to stop.
func (c *callContext) cancel(reason *fault.Error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.end(context.Canceled, reason)
}

// finish ends the context of a call that was answered.
func (c *callContext) finish() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.end(context.Canceled, nil)
}

func (c *callContext) end(err error, reason *fault.Error) {
	if c.err != nil {
		return
	}
	c.err, c.reason = err, reason
	if c.timer != nil {
		c.timer.Stop()
	}
	if c.done != nil {
		close(c.done)
	}
}

// reasonFor is why the handler was told to stop, if err is what it returned because of that; else nil.
func (c *callContext) reasonFor(err error) *fault.Error {
	if !errors.Is(err, context.Canceled) && !errors.Is(err, context.DeadlineExceeded) {
		return nil
	}
	// A handler may have watched the clock by itself.
	_ = c.Err()
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.reason
}

func deadlinePassed() *fault.Error {
	return fault.New(fault.DeadlineExceeded, "the call's deadline has passed")
}

func callerGaveUp() *fault.Error { return fault.New(fault.Cancelled, "the caller gave up") }
