package session

import (
	"context"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/control"
	"github.com/dlahoza/pluginart/pkg/internal/wire"
)

// pluginV2 is a plugin's end of a version 2 connection.
type pluginV2 struct {
	connection *connection
	calls      *incomingCalls
	options    *PluginOptions
}

// newPluginV2 takes over the channel, in version 2 from the next byte on.
func newPluginV2(channel *channel, offer *control.OfferT, options *PluginOptions) *pluginV2 {
	p := &pluginV2{options: options, connection: newConnection(channel, 0, options.MaxMessageBytes)}
	p.calls = newIncomingCalls(p.connection, options, int(offer.MaxMessageBytes))
	p.connection.incoming = p.calls
	p.connection.events = connectionEvents{
		lost: func(loss *fault.Error) {
			if options.OnLost != nil {
				options.OnLost(loss)
			}
		},
		// It concerns calls that this side would open, and there are none.
		goaway:   func(*fault.Error) {},
		describe: p.describe,
	}
	channel.decoder.SetMode(wire.ModeV2)
	p.connection.start()
	return p
}

func (p *pluginV2) Protocol() int          { return 2 }
func (p *pluginV2) Ended() <-chan struct{} { return p.connection.ended }

func (p *pluginV2) OpenCalls() int {
	p.connection.mu.Lock()
	defer p.connection.mu.Unlock()
	return len(p.calls.open)
}

func (p *pluginV2) Drain(ctx context.Context) {
	reason := shuttingDown()
	p.connection.goaway(reason)
	p.connection.mu.Lock()
	p.calls.refuse(reason)
	idle := p.calls.whenIdle()
	p.connection.mu.Unlock()
	select {
	case <-idle:
	case <-ctx.Done():
		return
	}
	p.connection.mu.Lock()
	empty := p.connection.outbox.whenEmpty()
	p.connection.mu.Unlock()
	select {
	case <-empty:
	case <-ctx.Done():
	}
}

func (p *pluginV2) Close(reason *fault.Error) {
	p.connection.close(reason)
	<-p.connection.ended
}

// shuttingDown is what calls are answered with that were not run.
func shuttingDown() *fault.Error {
	return &fault.Error{Code: fault.Unavailable, Message: "the plugin is shutting down", RetrySafe: true}
}

func (p *pluginV2) describe() []byte {
	body, err := control.AppendDescription(nil, &control.DescriptionT{
		Schema: present(p.options.Schema), ContractHash: present(p.options.ContractHash), Runtime: present(RuntimeName),
	})
	if err != nil {
		body, _ = control.AppendDescription(nil, &control.DescriptionT{Runtime: present(RuntimeName)})
	}
	return body
}
