package session

import (
	"context"
	"sync"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/control"
	"github.com/dlahoza/pluginart/pkg/internal/wire"
)

// hostV2 is a host's end of a version 2 connection.
type hostV2 struct {
	connection  *connection
	calls       *outgoingCalls
	options     HostOptions
	peerRuntime string
	// aside are the goroutines besides the connection's own two.
	aside sync.WaitGroup
}

// newHostV2 takes over the channel, in version 2 from the next byte on.
func newHostV2(channel *channel, accept *control.AcceptT, options HostOptions) *hostV2 {
	h := &hostV2{options: options, peerRuntime: text(accept.Runtime)}
	h.connection = newConnection(channel, 1, options.MaxMessageBytes)
	h.calls = newOutgoingCalls(h.connection, &h.options, int(accept.MaxMessageBytes), int(accept.MaxConcurrentCalls))
	h.connection.outgoing = h.calls
	h.connection.events = connectionEvents{lost: h.onLost, goaway: h.onGoaway}
	channel.decoder.SetMode(wire.ModeV2)
	h.connection.start()
	return h
}

func (h *hostV2) Protocol() int        { return 2 }
func (h *hostV2) ContractHash() string { return h.options.ContractHash }
func (h *hostV2) PeerRuntime() string  { return h.peerRuntime }
func (h *hostV2) LastHeard() time.Time { return h.connection.channel.lastHeard() }

func (h *hostV2) OpenCalls() int {
	h.connection.mu.Lock()
	defer h.connection.mu.Unlock()
	return len(h.calls.open)
}

func (h *hostV2) Call(ctx context.Context, payload []byte) ([]byte, error) {
	call := newOutgoingCall(wire.V2Call, nil)
	call.request = payload
	if err := h.do(ctx, call); err != nil {
		return nil, err
	}
	answer := call.answer
	call.free()
	return answer, nil
}

func (h *hostV2) Invoke(ctx context.Context, method *Method, exchange Exchange) error {
	if method.ContractHash != h.options.ContractHash {
		return contractMismatch(method, h.options.ContractHash, h.options.PluginName)
	}
	call := newOutgoingCall(wire.V2Call, method)
	call.isTyped = true
	h.setDeadline(ctx, call)
	request, err := exchange.AppendRequest(call.buffer, newEnvelope(ctx, call.deadline))
	if err != nil {
		return asFault(err, fault.InvalidPayload, h.options.PluginName)
	}
	call.buffer, call.request = request, request
	if err := h.do(ctx, call); err != nil {
		return err
	}
	err = exchange.ReadResponse(call.answer)
	if call.isOwnAnswer {
		wire.Recycle(call.answer)
	}
	call.free()
	if err != nil {
		return asFault(err, fault.InvalidPayload, h.options.PluginName)
	}
	return nil
}

func (h *hostV2) Describe(ctx context.Context) (Description, error) {
	call := newOutgoingCall(wire.V2Describe, nil)
	if err := h.do(ctx, call); err != nil {
		return Description{}, err
	}
	told, err := control.DecodeDescription(call.answer)
	call.free()
	if err != nil {
		return Description{}, asFault(err, fault.InvalidPayload, h.options.PluginName)
	}
	return Description{Schema: text(told.Schema), ContractHash: text(told.ContractHash), Runtime: text(told.Runtime)}, nil
}

func (h *hostV2) Ping(ctx context.Context) (time.Duration, error) { return h.connection.pingPeer(ctx) }

func (h *hostV2) Drain(ctx context.Context) error {
	reason := fault.New(fault.Unavailable, "the host is shutting down")
	h.connection.mu.Lock()
	h.calls.refuse(reason)
	idle := h.calls.whenIdle()
	h.connection.mu.Unlock()
	h.connection.goaway(reason)
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		return contextEnded(ctx, h.options.PluginName, nil, true)
	}
}

func (h *hostV2) Close(reason *fault.Error) {
	h.connection.close(reason)
	<-h.connection.ended
	h.aside.Wait()
}

// do gives the call its deadline and metadata, and sees it through.
func (h *hostV2) do(ctx context.Context, call *outgoingCall) error {
	h.setDeadline(ctx, call)
	if metadata, given := metadataFor(ctx); given && call.frameType == wire.V2Call {
		bytes, err := metadata.encode()
		if err != nil {
			return asFault(err, fault.InvalidPayload, h.options.PluginName)
		}
		call.metadata = bytes
	}
	if err := h.calls.do(ctx, call); err != nil {
		return err
	}
	return nil
}

func (h *hostV2) setDeadline(ctx context.Context, call *outgoingCall) {
	if !call.deadline.IsZero() {
		return
	}
	deadline, given := ctx.Deadline()
	if !given && h.options.CallTimeout > 0 {
		call.isTimed = true
		deadline = time.Now().Add(h.options.CallTimeout)
	}
	call.deadline = deadline
}

// onLost has the pending calls told, once it is known what. Explain may block, so it has a goroutine of its own.
func (h *hostV2) onLost(loss *fault.Error) {
	if h.options.Explain == nil {
		h.calls.fail(loss, nil)
	} else {
		go h.calls.fail(loss, h.options.Explain)
	}
	if h.options.OnLost != nil {
		h.options.OnLost(loss)
	}
}

// onGoaway takes no new calls, and ends the connection when those that are open are over (V2-G5).
func (h *hostV2) onGoaway(reason *fault.Error) {
	refusal := &fault.Error{
		Code: fault.Unavailable, Message: reason.Message, Origin: fault.Remote, Plugin: h.options.PluginName,
	}
	h.connection.mu.Lock()
	isFirst := h.calls.refusal == nil || h.calls.refusal.Origin != fault.Remote
	h.calls.refuse(refusal)
	idle := h.calls.whenIdle()
	h.connection.mu.Unlock()
	if h.options.OnGoaway != nil {
		h.options.OnGoaway(reason)
	}
	if isFirst {
		h.aside.Go(func() {
			<-idle
			h.connection.close(refusal)
		})
	}
}
