package session

import (
	"context"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/control"
	"github.com/dlahoza/pluginart/pkg/internal/wire"
)

const (
	// lateAnswerTimeout is how long the answer to a call that was given up on is waited for (V1-C2).
	lateAnswerTimeout = 5 * time.Second
	// maxWaitingExchanges bounds the queue of a serial connection.
	maxWaitingExchanges = 65_536
)

// exchangeV1 is a call or a Ping of which the peer owes the answer.
type exchangeV1 struct {
	isPing bool
	seq    uint64
	sent   time.Time
	// abandoned: nobody waits for it any more.
	abandoned bool
	body      []byte
	roundTrip time.Duration
	err       *fault.Error
	done      chan struct{}
}

// begin waits for its turn, and sends what frame gives; that is called with the lock held.
func (h *hostV1) begin(
	ctx context.Context, method *Method, frame func(*exchangeV1) ([]byte, *fault.Error),
) (*exchangeV1, *fault.Error) {
	if err := h.enter(ctx, method); err != nil {
		return nil, err
	}
	defer h.leave()
	select {
	case <-h.turn:
	case <-ctx.Done():
		return nil, contextEnded(ctx, h.options.PluginName, method, false)
	case <-h.lost:
		return nil, h.lossTold(ctx, method, false)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.loss != nil {
		return nil, lostCall(h.loss, method, false)
	}
	if ctx.Err() != nil {
		h.turn <- struct{}{}
		return nil, contextEnded(ctx, h.options.PluginName, method, false)
	}
	exchange := &exchangeV1{done: make(chan struct{})}
	bytes, err := frame(exchange)
	if err != nil {
		h.turn <- struct{}{}
		return nil, err
	}
	h.current = exchange
	h.frames <- bytes
	return exchange, nil
}

func (h *hostV1) enter(ctx context.Context, method *Method) *fault.Error {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.loss != nil:
		return lostCall(h.loss, method, false)
	case h.draining:
		return lostCall(fault.New(fault.Unavailable, "the connection takes no more calls"), method, false)
	case ctx.Err() != nil:
		return contextEnded(ctx, h.options.PluginName, method, false)
	case h.waiting >= maxWaitingExchanges:
		return exhausted(h.options.PluginName, "%d calls are waiting for the plugin already", maxWaitingExchanges)
	}
	h.waiting++
	return nil
}

func (h *hostV1) leave() {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.waiting--
	h.releaseIdle()
}

func (h *hostV1) releaseIdle() {
	if h.idle != nil && (h.loss != nil || h.waiting == 0 && h.current == nil) {
		close(h.idle)
		h.idle = nil
	}
}

// await waits for what the exchange brings, or gives it up.
func (h *hostV1) await(ctx context.Context, exchange *exchangeV1, method *Method) *fault.Error {
	select {
	case <-exchange.done:
		return nil
	case <-h.lost:
		select {
		case <-exchange.done:
			return nil
		default:
			return h.lossTold(ctx, method, true)
		}
	case <-ctx.Done():
		h.giveUp(exchange)
		return contextEnded(ctx, h.options.PluginName, method, true)
	}
}

// lossTold waits until it is known why the connection was lost, but not longer than the call may take.
func (h *hostV1) lossTold(ctx context.Context, method *Method, wasSent bool) *fault.Error {
	select {
	case <-h.explained:
		return lostCall(h.told, method, wasSent)
	case <-ctx.Done():
		return contextEnded(ctx, h.options.PluginName, method, wasSent)
	}
}

// giveUp leaves an exchange. The next frame that comes is still its answer, so nothing is sent until it is here.
func (h *hostV1) giveUp(exchange *exchangeV1) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.current != exchange || h.loss != nil {
		return
	}
	exchange.abandoned = true
	if exchange.isPing {
		return
	}
	h.late = time.AfterFunc(lateAnswerTimeout, func() {
		h.lose(fault.Newf(fault.Unavailable,
			"the plugin did not answer a call within %v after it was given up on", lateAnswerTimeout))
	})
}

func (h *hostV1) onFrame(frame *wire.Frame) *fault.Error {
	h.mu.Lock()
	defer h.mu.Unlock()
	current := h.current
	if frame.Type == wire.V1Pong {
		pong, err := control.DecodePong(frame.Body)
		if err != nil {
			return wire.Violation("a Pong that does not decode (V1-F7): %w", err)
		}
		if current != nil && current.isPing && current.seq == pong.Seq {
			current.roundTrip = time.Since(current.sent)
			h.finish(current)
		}
		return nil
	}
	isAnswer := frame.Type == wire.V1CallResponse || frame.Type == wire.V1PluginError
	if !isAnswer || current == nil || current.isPing {
		return wire.Violation("a frame of type %d that answers nothing", frame.Type)
	}
	if frame.Type == wire.V1PluginError {
		failure, err := remoteFailure(frame.Body, h.options.PluginName)
		if err != nil {
			return wire.Violation("a PluginError that does not decode (V1-F7): %w", err)
		}
		current.err = failure
	} else if !current.abandoned {
		current.body = frame.TakeBody()
	}
	h.finish(current)
	return nil
}

func (h *hostV1) finish(exchange *exchangeV1) {
	h.current = nil
	if h.late != nil {
		h.late.Stop()
		h.late = nil
	}
	close(exchange.done)
	h.releaseIdle()
	h.turn <- struct{}{}
}

// write sends the frames one after the other; it is the one goroutine that waits for the plugin to read.
func (h *hostV1) write() {
	for {
		select {
		case frame := <-h.frames:
			if _, err := h.channel.conn.Write(frame); err != nil {
				h.lose(connectionLost(err))
				return
			}
		case <-h.lost:
			return
		}
	}
}
