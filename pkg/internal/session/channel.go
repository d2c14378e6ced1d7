package session

import (
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/wire"
)

// channel is a connection and the decoder of what comes over it. It passes from the handshake to the session.
type channel struct {
	conn    net.Conn
	decoder *wire.Decoder
	// name is the peer for people: the plugin's name on a host, the address elsewhere.
	name string
	// born is what heard counts from; it has the monotonic clock.
	born  time.Time
	heard atomic.Int64

	// mu guards the deadline for reads.
	mu            sync.Mutex
	readDeadline  time.Time
	isInterrupted bool
}

func newChannel(conn net.Conn, name string) *channel {
	return &channel{conn: conn, decoder: wire.NewDecoder(), name: name, born: time.Now()}
}

// lastHeard is when the last byte came.
func (c *channel) lastHeard() time.Time { return c.born.Add(time.Duration(c.heard.Load())) }

// readMore reads once.
func (c *channel) readMore() *fault.Error {
	space := c.decoder.Space()
	if len(space) == 0 {
		return wire.Violation("bytes after the handshake frame")
	}
	bytes, err := c.conn.Read(space)
	if bytes > 0 {
		c.heard.Store(int64(time.Since(c.born)))
		c.decoder.Filled(bytes)
		return nil
	}
	loss := connectionLost(err)
	if c.decoder.HasPending() {
		loss.Message += " in the middle of a frame"
	}
	return loss
}

// readFrame reads until one frame is here.
func (c *channel) readFrame() (*wire.Frame, *fault.Error) {
	for {
		frame, err := c.decoder.Next()
		if err != nil || frame != nil {
			return frame, err
		}
		if err := c.readMore(); err != nil {
			return nil, err
		}
	}
}

// readFrames hands on every frame until the connection ends or onFrame fails, and returns why.
func (c *channel) readFrames(onFrame func(*wire.Frame) *fault.Error) *fault.Error {
	for {
		frame, err := c.readFrame()
		if err != nil {
			return err
		}
		if err := onFrame(frame); err != nil {
			return err
		}
	}
}

// connectionLost is a failed read or write as the error that everybody hears of.
func connectionLost(err error) *fault.Error {
	switch {
	case err == nil || errors.Is(err, io.EOF):
		return &fault.Error{Code: fault.Unavailable, Message: "the peer closed the connection", Cause: err}
	case errors.Is(err, net.ErrClosed), errors.Is(err, io.ErrClosedPipe):
		return &fault.Error{Code: fault.Unavailable, Message: "the connection is closed", Cause: err}
	default:
		return fault.Newf(fault.Unavailable, "the connection broke: %w", err)
	}
}

// finish ends this side's half where there are halves, so that what was written arrives, and gives the peer a second
// to end its own.
func (c *channel) finish() {
	half, ok := c.conn.(interface{ CloseWrite() error })
	if !ok || half.CloseWrite() != nil {
		c.conn.Close()
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.readDeadline = time.Now().Add(linger)
	if !c.isInterrupted {
		_ = c.conn.SetReadDeadline(c.readDeadline)
	}
}

// interrupt has the read that is under way, or else the next, fail with os.ErrDeadlineExceeded, until resume is called.
func (c *channel) interrupt() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.isInterrupted = true
	_ = c.conn.SetReadDeadline(time.Unix(1, 0))
}

func (c *channel) resume() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.isInterrupted = false
	_ = c.conn.SetReadDeadline(c.readDeadline)
}

// discard reads and forgets what still comes, until the connection has ended: closing with unread bytes would
// take from the peer what it has not read yet.
func (c *channel) discard() {
	space := c.decoder.Space()
	if len(space) == 0 {
		space = make([]byte, 4_096)
	}
	for {
		if _, err := c.conn.Read(space); err != nil {
			return
		}
	}
}
