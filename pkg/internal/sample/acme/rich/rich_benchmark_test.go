package rich_test

import (
	"bytes"
	"context"
	"testing"

	"github.com/dlahoza/pluginart/pkg/call"
	"github.com/dlahoza/pluginart/pkg/internal/sample/acme/rich"
	flatbuffers "github.com/google/flatbuffers/go"
)

func small() *rich.EverythingRequestT {
	return &rich.EverythingRequestT{Node: &rich.NodeT{Name: string(bytes.Repeat([]byte("a"), 100))}}
}

// BenchmarkCall is all that generated code does for a call, on both sides: nothing carries it.
func BenchmarkCall(b *testing.B) {
	for name, request := range map[string]*rich.EverythingRequestT{"small": small(), "everything": everything()} {
		b.Run(name, func(b *testing.B) {
			client := rich.NewTypedClient(&direct{service: rich.NewHandler(&implementation{})}, "rich")
			b.ReportAllocs()
			for b.Loop() {
				if _, err := client.Everything(b.Context(), request); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkBuilder is the request of the small call, built with the official runtime: what encoding is compared with.
func BenchmarkBuilder(b *testing.B) {
	builder := flatbuffers.NewBuilder(1024)
	text := small().Node.Name
	b.ReportAllocs()
	for b.Loop() {
		builder.Reset()
		name := builder.CreateString(text)
		rich.NodeStart(builder)
		rich.NodeAddName(builder, name)
		node := rich.NodeEnd(builder)
		rich.EverythingRequestStart(builder)
		rich.EverythingRequestAddNode(builder, node)
		rich.BuildEverythingCallRequest(builder, rich.EverythingRequestEnd(builder))
	}
}

// BenchmarkEncode is the same request, from its plain value.
func BenchmarkEncode(b *testing.B) {
	client := rich.NewTypedClient(&encoder{}, "rich")
	request := small()
	b.ReportAllocs()
	for b.Loop() {
		if _, err := client.Everything(b.Context(), request); err != nil {
			b.Fatal(err)
		}
	}
}

// encoder takes requests into one buffer, as a session does, and answers none.
type encoder struct{ buffer []byte }

func (e *encoder) Invoke(_ context.Context, _ string, _ *call.Method, exchange call.Exchange) (err error) {
	e.buffer, err = exchange.AppendRequest(e.buffer[:0], call.Envelope{RequestID: 7})
	return err
}

// direct carries calls and keeps none of the messages.
type direct struct {
	encoder
	service *call.Service
}

func (d *direct) Invoke(ctx context.Context, plugin string, method *call.Method, exchange call.Exchange) error {
	if err := d.encoder.Invoke(ctx, plugin, method, exchange); err != nil {
		return err
	}
	response, err := d.service.Handle(ctx, d.buffer)
	if err != nil {
		return err
	}
	return exchange.ReadResponse(response)
}
