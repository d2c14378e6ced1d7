package session

import (
	"context"
	"sync"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/control"
	"github.com/dlahoza/pluginart/pkg/internal/wire"
)

// hostV1 is a host's end of a version 1 connection: one call at a time, and the next frame that answers is its answer.
type hostV1 struct {
	channel *channel
	options HostOptions
	// turn has a value while nothing is owed by the plugin.
	turn chan struct{}
	// frames go to the writing goroutine; there is at most one unless the plugin does not read.
	frames chan []byte
	// lost is closed when the connection is; loss says why.
	lost chan struct{}
	// explained is closed when told is known: what pending calls are told of the loss.
	explained chan struct{}
	ended     chan struct{}

	mu       sync.Mutex
	current  *exchangeV1
	waiting  int
	seq      uint64
	draining bool
	loss     *fault.Error
	told     *fault.Error
	late     *time.Timer
	idle     chan struct{}
}

// newHostV1 takes over the channel, in version 1 from the next byte on.
func newHostV1(channel *channel, options HostOptions) *hostV1 {
	h := &hostV1{
		channel: channel, options: options, turn: make(chan struct{}, 1), frames: make(chan []byte, 1),
		lost: make(chan struct{}), explained: make(chan struct{}), ended: make(chan struct{}),
	}
	h.turn <- struct{}{}
	channel.decoder.SetMode(wire.ModeV1)
	var running sync.WaitGroup
	running.Go(h.write)
	running.Go(func() {
		h.lose(channel.readFrames(h.onFrame))
		channel.discard()
		channel.conn.Close()
	})
	go func() {
		running.Wait()
		close(h.ended)
	}()
	return h
}

func (h *hostV1) Protocol() int { return 1 }

func (h *hostV1) ContractHash() string { return h.options.ContractHash }

func (h *hostV1) PeerRuntime() string { return "" }

func (h *hostV1) LastHeard() time.Time { return h.channel.lastHeard() }

func (h *hostV1) OpenCalls() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.current == nil || h.current.isPing {
		return 0
	}
	return 1
}

func (h *hostV1) Call(ctx context.Context, payload []byte) ([]byte, error) {
	ctx, cancel := h.withTimeout(ctx)
	defer cancel()
	body, err := h.ask(ctx, nil, func(frame []byte) ([]byte, error) { return append(frame, payload...), nil })
	if err != nil {
		return nil, err
	}
	return body, nil
}

func (h *hostV1) Invoke(ctx context.Context, method *Method, exchange Exchange) error {
	if method.ContractHash != h.options.ContractHash {
		return contractMismatch(method, h.options.ContractHash, h.options.PluginName)
	}
	ctx, cancel := h.withTimeout(ctx)
	defer cancel()
	deadline, _ := ctx.Deadline()
	body, err := h.ask(ctx, method, func(frame []byte) ([]byte, error) {
		return exchange.AppendRequest(frame, newEnvelope(ctx, deadline))
	})
	if err != nil {
		return err
	}
	if err := exchange.ReadResponse(body); err != nil {
		return asFault(err, fault.InvalidPayload, h.options.PluginName)
	}
	return nil
}

func (h *hostV1) Describe(context.Context) (Description, error) {
	return Description{}, &fault.Error{
		Code: fault.Unimplemented, Message: "a version 1 plugin cannot describe itself", Plugin: h.options.PluginName,
	}
}

func (h *hostV1) Ping(ctx context.Context) (time.Duration, error) {
	exchange, err := h.begin(ctx, nil, func(e *exchangeV1) ([]byte, *fault.Error) {
		h.seq++
		e.isPing, e.seq, e.sent = true, h.seq, time.Now()
		body, err := control.AppendPing(nil, &control.PingT{Seq: e.seq})
		if err != nil {
			return nil, asFault(err, fault.Internal, h.options.PluginName)
		}
		return wire.AppendV1Frame(nil, wire.V1Ping, body), nil
	})
	if err == nil {
		err = h.await(ctx, exchange, nil)
	}
	if err != nil {
		return 0, err
	}
	return exchange.roundTrip, nil
}

func (h *hostV1) Drain(ctx context.Context) error {
	h.mu.Lock()
	h.draining = true
	if h.idle == nil {
		h.idle = make(chan struct{})
	}
	idle := h.idle
	h.releaseIdle()
	h.mu.Unlock()
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		return contextEnded(ctx, h.options.PluginName, nil, true)
	}
}

func (h *hostV1) Close(reason *fault.Error) {
	h.lose(reason)
	<-h.ended
}

func (h *hostV1) withTimeout(ctx context.Context) (context.Context, context.CancelFunc) {
	if _, given := ctx.Deadline(); given || h.options.CallTimeout <= 0 {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, h.options.CallTimeout)
}

// ask sends a call and waits for its answer, which is the caller's own.
func (h *hostV1) ask(
	ctx context.Context, method *Method, appendRequest func(frame []byte) ([]byte, error),
) ([]byte, *fault.Error) {
	frame, err := appendRequest(make([]byte, wire.V1HeaderBytes, 512))
	if err != nil {
		return nil, asFault(err, fault.InvalidPayload, h.options.PluginName)
	}
	length := len(frame) - wire.V1HeaderBytes
	if length > wire.V1MaxPayloadBytes {
		return nil, exhausted(h.options.PluginName,
			"the call is %d bytes long, a version 1 plugin takes at most %d", length, wire.V1MaxPayloadBytes)
	}
	wire.PutV1Header(frame, wire.V1CallRequest, length)
	exchange, failure := h.begin(ctx, method, func(*exchangeV1) ([]byte, *fault.Error) { return frame, nil })
	if failure == nil {
		failure = h.await(ctx, exchange, method)
	}
	if failure != nil {
		return nil, failure
	}
	return exchange.body, exchange.err
}

// lose is the one place where everything pending is failed.
func (h *hostV1) lose(loss *fault.Error) {
	h.mu.Lock()
	if h.loss != nil {
		h.mu.Unlock()
		return
	}
	h.loss = loss
	if h.late != nil {
		h.late.Stop()
	}
	h.releaseIdle()
	h.mu.Unlock()
	h.channel.conn.Close()
	if h.options.Explain == nil {
		h.explain(loss)
	} else {
		go h.explain(loss)
	}
	close(h.lost)
	if h.options.OnLost != nil {
		h.options.OnLost(loss)
	}
}

func (h *hostV1) explain(loss *fault.Error) {
	h.told = loss
	if h.options.Explain != nil {
		if told := h.options.Explain(loss); told != nil {
			h.told = told
		}
	}
	close(h.explained)
}
