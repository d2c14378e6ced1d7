package session

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

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

	// ended is closed when no goroutine of the connection is left.
	ended chan struct{}
}

// pingUnderWay is the one PING that is outstanding; who asks meanwhile shares it.
type pingUnderWay struct {
	seq       uint32
	sent      time.Time
	roundTrip time.Duration
	loss      *fault.Error
	done      chan struct{}
}

func newConnection(channel *channel, ownParity uint32, maxMessageBytes int) *connection {
	c := &connection{
		channel: channel, ownParity: ownParity, maxMessageBytes: maxMessageBytes,
		assembler: wire.NewAssembler(maxMessageBytes), ended: make(chan struct{}),
	}
	c.outbox = newOutbox(&c.mu, channel.conn)
	return c
}

// start begins to read and to write.
func (c *connection) start() {
	var running atomic.Int32
	running.Store(2)
	leave := func() {
		if running.Add(-1) == 0 {
			close(c.ended)
		}
	}
	go func() {
		defer leave()
		c.outbox.run(func(err error) { c.breakOff(connectionLost(err)) })
		c.channel.finish()
	}()
	go func() {
		defer leave()
		c.read()
	}()
}

// read hands on what comes until the connection ends.
func (c *connection) read() {
	loss := c.channel.readFrames(c.onFrame)
	if loss.Code == fault.ProtocolViolation {
		c.close(loss)
	} else {
		c.breakOff(loss)
	}
	c.channel.discard()
	c.breakOff(loss)
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

// pingPeer returns the time until the Pong.
func (c *connection) pingPeer(ctx context.Context) (time.Duration, error) {
	c.mu.Lock()
	if c.state != connectionOpen {
		c.mu.Unlock()
		return 0, lostCall(c.loss, true)
	}
	ping := c.ping
	if ping == nil {
		c.pingSeq++
		ping = &pingUnderWay{seq: c.pingSeq, sent: time.Now(), done: make(chan struct{})}
		c.ping = ping
		c.outbox.sendControl(wire.V2Ping, ping.seq, nil)
	}
	c.outbox.flush(true)
	select {
	case <-ping.done:
		if ping.loss != nil {
			return 0, lostCall(ping.loss, true)
		}
		return ping.roundTrip, nil
	case <-ctx.Done():
		return 0, contextEnded(ctx, c.channel.name, nil, true)
	}
}

func (c *connection) onFrame(frame *wire.Frame) *fault.Error {
	known, err := wire.CheckFrame(frame)
	if err != nil || !known {
		return err
	}
	if frame.Flags&wire.FlagPieces != 0 {
		return c.onPiece(frame)
	}
	if c.assembler.Unfinished() > 0 {
		if err := c.checkNotInside(frame); err != nil {
			return err
		}
	}
	return c.onWhole(frame)
}

func (c *connection) onWhole(frame *wire.Frame) *fault.Error {
	switch frame.Type {
	case wire.V2Call:
		if err := c.checkNewStream(frame.Stream); err != nil {
			return err
		}
		if err := c.checkLength(frame); err != nil {
			return err
		}
		if c.incoming == nil {
			return c.refuseCall(frame.Stream)
		}
		return c.incoming.onCall(frame, c.assembler.Unfinished())
	case wire.V2Response, wire.V2Description:
		if err := c.checkLength(frame); err != nil {
			return err
		}
		if c.awaits(frame.Stream) {
			return c.outgoing.onAnswer(frame.Type, frame.Stream, frame.Body, frame.Owned)
		}
	case wire.V2Error:
		if c.isOwn(frame.Stream) {
			c.assembler.Abort(frame.Stream)
			if c.outgoing != nil {
				return c.outgoing.onError(frame)
			}
		}
	case wire.V2Cancel:
		if c.incoming != nil && !c.isOwn(frame.Stream) {
			if c.assembler.Abort(frame.Stream) {
				return c.incoming.onCancelUnfinished(frame.Stream)
			}
			c.incoming.onCancel(frame.Stream)
		}
	case wire.V2Ping:
		return c.answerPing(frame.Arg)
	case wire.V2Pong:
		c.onPong(frame.Arg)
	case wire.V2Goaway:
		reason, err := remoteFailure(frame.Body, c.channel.name)
		if err != nil {
			return wire.Violation("a GOAWAY that does not decode (V2-F10): %w", err)
		}
		c.events.goaway(reason)
	case wire.V2Describe:
		if err := c.checkNewStream(frame.Stream); err != nil {
			return err
		}
		if c.incoming == nil || c.events.describe == nil {
			return c.refuseCall(frame.Stream)
		}
		return c.incoming.onDescribe(frame.Stream, c.events.describe(), c.assembler.Unfinished())
	default:
		return c.checkStreamFrame(frame)
	}
	return nil
}

// checkStreamFrame is for MESSAGE, END and CREDIT. No call here is a stream, so on an open one they break V2-S8; others
// are late (V2-S3).
func (c *connection) checkStreamFrame(frame *wire.Frame) *fault.Error {
	if frame.Type == wire.V2Credit || !c.isOpen(frame.Stream) {
		return nil
	}
	return wire.Violation("a frame of type %d on stream %d, which is a unary call (V2-S8)", frame.Type, frame.Stream)
}

func (c *connection) onPiece(frame *wire.Frame) *fault.Error {
	begins := frame.Flags&wire.FlagCont == 0
	switch {
	case frame.Type == wire.V2Call && begins:
		if err := c.checkNewStream(frame.Stream); err != nil {
			return err
		}
		if c.incoming == nil {
			return c.refuseCall(frame.Stream)
		}
		if err := c.incoming.checkRoom(c.assembler.Unfinished()); err != nil {
			return err
		}
	case frame.Type == wire.V2Message:
		if err := c.checkStreamFrame(frame); err != nil {
			return err
		}
	}
	// What nobody awaits is not assembled, or it would hold one of the few places for ever (V2-M5).
	if begins && frame.Type != wire.V2Call && !c.assembler.Has(frame.Stream) && !c.awaits(frame.Stream) {
		return nil
	}
	message, err := c.assembler.Accept(frame, time.Now())
	if message == nil {
		return err
	}
	if message.Type == wire.V2Call {
		c.incoming.onAssembledCall(message)
		return nil
	}
	if c.awaits(message.Stream) {
		return c.outgoing.onAnswer(message.Type, message.Stream, message.Body, true)
	}
	return nil
}

// awaits reports whether a call of this side is open on the stream.
func (c *connection) awaits(stream uint32) bool {
	return c.isOwn(stream) && c.isOpen(stream)
}

func (c *connection) isOpen(stream uint32) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.isOwn(stream) {
		return c.outgoing != nil && c.outgoing.isOpen(stream)
	}
	return c.incoming != nil && c.incoming.isOpen(stream)
}

func (c *connection) checkLength(frame *wire.Frame) *fault.Error {
	if len(frame.Body) <= c.maxMessageBytes {
		return nil
	}
	return wire.Violation(
		"a message of %d bytes where at most %d are taken (V2-M10)", len(frame.Body), c.maxMessageBytes)
}

func (c *connection) checkNotInside(frame *wire.Frame) *fault.Error {
	switch frame.Type {
	case wire.V2Call, wire.V2Response, wire.V2Message, wire.V2End, wire.V2Description:
		if c.assembler.Has(frame.Stream) {
			return wire.Violation("a message begins on stream %d inside another (V2-M6)", frame.Stream)
		}
	}
	return nil
}

func (c *connection) answerPing(seq uint32) *fault.Error {
	c.mu.Lock()
	if len(c.outbox.control) > maxQueuedControlBytes {
		c.mu.Unlock()
		return fault.New(fault.ResourceExhausted, "the peer sends PINGs and reads no PONG")
	}
	c.outbox.sendControl(wire.V2Pong, seq, nil)
	c.outbox.flush(true)
	return nil
}

func (c *connection) onPong(seq uint32) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ping == nil || c.ping.seq != seq {
		return
	}
	c.ping.roundTrip = time.Since(c.ping.sent)
	close(c.ping.done)
	c.ping = nil
}

// refuseCall answers a call that nobody here serves.
func (c *connection) refuseCall(stream uint32) *fault.Error {
	c.mu.Lock()
	c.outbox.send(wire.V2Error, stream, 0, nil, noServicesBody)
	queued := c.outbox.queuedBytes()
	c.outbox.flush(true)
	if queued > maxQueuedBytes {
		return peerDoesNotRead(queued)
	}
	return nil
}

func (c *connection) isOwn(stream uint32) bool { return stream&1 == c.ownParity }

func (c *connection) checkNewStream(stream uint32) *fault.Error {
	if c.isOwn(stream) {
		return wire.Violation("a call on stream %d, which is for the other side to open (V2-S2)", stream)
	}
	if c.isOpen(stream) || c.assembler.Has(stream) {
		return wire.Violation("a call on stream %d, which is open (V2-S2)", stream)
	}
	return nil
}
