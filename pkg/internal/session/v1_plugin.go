package session

import (
	"context"
	"sync"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/control"
	"github.com/dlahoza/pluginart/pkg/internal/wire"
)

// askedV1 is a call, or a Ping, in the order asked.
type askedV1 struct {
	call    *callContext
	payload []byte
	seq     uint64
}

// pluginV1 is a plugin's end of a version 1 connection: everything in the order asked, Pong included. While a handler
// runs one more frame is read, and then none (V1-O2).
type pluginV1 struct {
	channel *channel
	options *PluginOptions
	asked   chan askedV1
	lost    chan struct{}
	ended   chan struct{}

	mu       sync.Mutex
	current  *callContext
	draining bool
	loss     *fault.Error
	idle     chan struct{}
}

// newPluginV1 takes over the channel, in version 1 from the next byte on.
func newPluginV1(channel *channel, options *PluginOptions) *pluginV1 {
	p := &pluginV1{
		channel: channel, options: options, asked: make(chan askedV1), lost: make(chan struct{}), ended: make(chan struct{}),
	}
	channel.decoder.SetMode(wire.ModeV1)
	go p.serve()
	go func() {
		defer close(p.ended)
		p.lose(channel.readFrames(p.onFrame))
	}()
	return p
}

func (p *pluginV1) Protocol() int          { return 1 }
func (p *pluginV1) Ended() <-chan struct{} { return p.ended }

func (p *pluginV1) OpenCalls() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.current == nil {
		return 0
	}
	return 1
}

func (p *pluginV1) Drain(ctx context.Context) {
	p.mu.Lock()
	p.draining = true
	if p.current == nil || p.loss != nil {
		p.mu.Unlock()
		return
	}
	if p.idle == nil {
		p.idle = make(chan struct{})
	}
	idle := p.idle
	p.mu.Unlock()
	select {
	case <-idle:
	case <-ctx.Done():
	}
}

func (p *pluginV1) Close(reason *fault.Error) {
	p.lose(reason)
	<-p.ended
}

func (p *pluginV1) onFrame(frame *wire.Frame) *fault.Error {
	asked := askedV1{}
	switch frame.Type {
	case wire.V1CallRequest:
		asked.call, asked.payload = &callContext{}, frame.TakeBody()
	case wire.V1Ping:
		ping, err := control.DecodePing(frame.Body)
		if err != nil {
			return wire.Violation("a Ping that does not decode (V1-F7): %w", err)
		}
		asked.seq = ping.Seq
	case wire.V1Cancel:
		p.mu.Lock()
		current := p.current
		p.mu.Unlock()
		if current != nil {
			current.cancel(callerGaveUp())
		}
		return nil
	default:
		return wire.Violation("a frame of type %d, which a host does not send here (V1-F5)", frame.Type)
	}
	select {
	case p.asked <- asked:
		return nil
	case <-p.lost:
		return p.loss
	}
}

// serve answers one after the other.
func (p *pluginV1) serve() {
	for {
		select {
		case asked := <-p.asked:
			if _, err := p.channel.conn.Write(p.answer(asked)); err != nil {
				p.lose(connectionLost(err))
			}
			p.release()
		case <-p.lost:
			return
		}
	}
}

func (p *pluginV1) answer(asked askedV1) []byte {
	if asked.call == nil {
		body, _ := control.AppendPong(nil, &control.PongT{Seq: asked.seq})
		return wire.AppendV1Frame(nil, wire.V1Pong, body)
	}
	given := p.ask(asked)
	asked.call.finish()
	if given.err == nil && len(given.body) > wire.V1MaxPayloadBytes {
		given = answer{err: answerTooLarge(len(given.body), wire.V1MaxPayloadBytes), origin: originRuntime}
	}
	if given.err != nil {
		return wire.AppendV1Frame(nil, wire.V1PluginError, v1FailureBody(given.err, given.origin))
	}
	return wire.AppendV1Frame(nil, wire.V1CallResponse, given.body)
}

func (p *pluginV1) ask(asked askedV1) answer {
	p.mu.Lock()
	refused := p.draining
	p.current = asked.call
	loss := p.loss
	p.mu.Unlock()
	if refused {
		return answer{err: shuttingDown(), origin: originRuntime}
	}
	if loss != nil {
		asked.call.cancel(loss)
	}
	return p.options.ask(asked.call, asked.payload, nil)
}

// release ends a turn.
func (p *pluginV1) release() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.current = nil
	if p.idle != nil {
		close(p.idle)
		p.idle = nil
	}
}

// lose is the one place where everything pending is failed.
func (p *pluginV1) lose(loss *fault.Error) {
	p.mu.Lock()
	if p.loss != nil {
		p.mu.Unlock()
		return
	}
	p.loss = loss
	current := p.current
	p.mu.Unlock()
	p.channel.conn.Close()
	if current != nil {
		current.cancel(loss)
	}
	close(p.lost)
	if p.options.OnLost != nil {
		p.options.OnLost(loss)
	}
}
