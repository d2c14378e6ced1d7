package session

import (
	"context"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/wire"
)

// pingUnderWay is the one PING that is outstanding; who asks meanwhile shares it.
type pingUnderWay struct {
	seq       uint32
	sent      time.Time
	roundTrip time.Duration
	loss      *fault.Error
	done      chan struct{}
}

// pingPeer returns the time until the Pong.
func (c *connection) pingPeer(ctx context.Context) (time.Duration, error) {
	c.mu.Lock()
	if c.state != connectionOpen {
		c.mu.Unlock()
		return 0, lostPing(c.loss)
	}
	ping := c.ping
	if ping == nil {
		c.pingSeq++
		ping = &pingUnderWay{seq: c.pingSeq, sent: time.Now(), done: make(chan struct{})}
		c.ping = ping
		c.outbox.sendControl(wire.V2Ping, ping.seq, nil)
	}
	if c.reading.turn == readByNobody {
		c.reclaim()
	}
	c.outbox.flush(true)
	select {
	case <-ping.done:
		if ping.loss != nil {
			return 0, lostPing(ping.loss)
		}
		return ping.roundTrip, nil
	case <-ctx.Done():
		return 0, contextEnded(ctx, c.channel.name, nil, true)
	}
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
