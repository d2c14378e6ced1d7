package call

import (
	"context"

	"github.com/dlahoza/pluginart/pkg/codec"
)

// Info is what a handler may know about the call it answers, besides its context's deadline.
type Info struct {
	// Method as the schema declares it.
	Method string
	// TraceID and SpanID are empty where the caller gave none, or the schema has no place for them.
	TraceID, SpanID string
}

type infoKey struct{}

func withInfo(ctx context.Context, method string, head *codec.CallHead) context.Context {
	return context.WithValue(ctx, infoKey{}, Info{Method: method, TraceID: head.TraceID, SpanID: head.SpanID})
}

// InfoOf is what the context of a generated service's handler says of its call; the zero Info in any other.
func InfoOf(ctx context.Context) Info {
	info, _ := ctx.Value(infoKey{}).(Info)
	return info
}
