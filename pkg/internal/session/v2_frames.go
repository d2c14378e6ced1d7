package session

import (
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/wire"
)

// onFrame sends a frame to whom it concerns, after the checks that need no more than what is open.
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
	message, isWhole, err := c.assembler.Accept(frame, time.Now())
	if !isWhole {
		return err
	}
	if message.Type == wire.V2Call {
		c.incoming.onAssembledCall(&message)
		return nil
	}
	if c.awaits(message.Stream) {
		return c.outgoing.onAnswer(message.Type, message.Stream, message.Body, true)
	}
	wire.Recycle(message.Body)
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

// refuseCall answers a call that nobody here serves.
func (c *connection) refuseCall(stream uint32) *fault.Error {
	c.mu.Lock()
	c.outbox.send(message{frameType: wire.V2Error, stream: stream, body: noServicesBody})
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
