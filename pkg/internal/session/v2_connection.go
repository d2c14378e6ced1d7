package session

import (
	"sync"
	"sync/atomic"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/wire"
)

// connectionState is the life of a version 2 connection.
type connectionState int

const (
	connectionOpen connectionState = iota
	// connectionClosing: a reason was sent and the connection ends; nothing that comes is looked at any more.
	connectionClosing
	connectionClosed
)

// connectionEvents are what a session hears of its connection.
type connectionEvents struct {
	// lost is called once, when the connection can carry nothing more.
	lost func(loss *fault.Error)
	// goaway is called for each GOAWAY.
	goaway func(reason *fault.Error)
	// describe gives this side's DESCRIPTION; nil on a host.
	describe func() []byte
}

// connection is one version 2 connection: it sends each frame to whom it concerns.
type connection struct {
	channel *channel
	// ownParity is the lowest bit of the ids that this side opens.
	ownParity       uint32
	maxMessageBytes int
	events          connectionEvents
	assembler       *wire.Assembler
	// toRun is a call whose handler is to run on the goroutine that reads, whose it is.
	toRun *incomingCall

	mu     sync.Mutex
	state  connectionState
	outbox *outbox
	// outgoing are the calls this side makes; a plugin makes none.
	outgoing *outgoingCalls
	// incoming are the calls it answers; a host answers none.
	incoming *incomingCalls
	ping     *pingUnderWay
	pingSeq  uint32
	loss     *fault.Error
	reading  reading

	// running counts the two: who writes, and who has the turn to read.
	running atomic.Int32
	// ended is closed when no goroutine of the connection is left.
	ended chan struct{}
}

func newConnection(channel *channel, ownParity uint32, maxMessageBytes int) *connection {
	c := &connection{
		channel: channel, ownParity: ownParity, maxMessageBytes: maxMessageBytes,
		assembler: wire.NewAssembler(maxMessageBytes), ended: make(chan struct{}),
	}
	channel.decoder.Assemble(c.assembler)
	c.outbox = newOutbox(&c.mu, channel.conn)
	return c
}

// start begins to read and to write.
func (c *connection) start() {
	c.running.Store(2)
	go func() {
		c.outbox.run(func(err error) { c.breakOff(connectionLost(err)) })
		c.channel.finish()
		c.leaveGoroutine()
	}()
	go c.read()
}

// leaveGoroutine is the last thing that the writing goroutine does, and the one that reads at the end.
func (c *connection) leaveGoroutine() {
	if c.running.Add(-1) == 0 {
		close(c.ended)
	}
}

// close says why to a peer that may still listen, fails what is pending on this side, and ends the connection.
func (c *connection) close(reason *fault.Error) {
	c.mu.Lock()
	if c.state != connectionOpen {
		c.mu.Unlock()
		return
	}
	c.setState(connectionClosing)
	lost := c.lose(reason)
	c.reclaim()
	c.outbox.dropMessages()
	c.outbox.sendControl(wire.V2Goaway, 0, failureBody(reason, originRuntime, wire.HandshakeMaxPayloadBytes))
	c.outbox.end()
	lost()
}

// breakOff ends the connection without a word: it is broken, or the peer does not read.
func (c *connection) breakOff(loss *fault.Error) {
	c.mu.Lock()
	wasOpen := c.state == connectionOpen
	c.setState(connectionClosed)
	lost := func() {}
	if wasOpen {
		lost = c.lose(loss)
	}
	c.reclaim()
	c.outbox.breakOff()
	c.outbox.handOver()
	c.channel.conn.Close()
	lost()
}

// setState is the one place where the state changes; mu is held.
func (c *connection) setState(next connectionState) { c.state = next }

// lose is the one place where everything pending is failed; mu is held. What it returns is to be called without.
func (c *connection) lose(loss *fault.Error) func() {
	c.loss = loss
	if c.ping != nil {
		c.ping.loss = loss
		close(c.ping.done)
		c.ping = nil
	}
	if c.incoming != nil {
		c.incoming.fail(loss)
	}
	if c.outgoing != nil {
		c.outgoing.lose(loss)
	}
	return func() { c.events.lost(loss) }
}

// goaway tells the peer to open no more calls here.
func (c *connection) goaway(reason *fault.Error) {
	c.mu.Lock()
	if c.state == connectionOpen {
		c.outbox.sendControl(wire.V2Goaway, 0, failureBody(reason, originRuntime, wire.HandshakeMaxPayloadBytes))
	}
	c.outbox.flush(false)
}
