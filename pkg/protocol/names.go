package protocol

import (
	"context"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/session"
)

// Error is the one type of error; see package fault. A handler returns one to choose the code that its caller sees.
type Error = fault.Error

// Code says what went wrong; errors.Is(err, fault.Unavailable) asks for one.
type Code = fault.Code

// Handler answers calls: many at once of a version 2 host, and one after the other of a version 1 host. Handle gets a
// payload that is its own until it returns, and longer only as what it returns; what is to be kept must be copied. A
// panic becomes an error with the code INTERNAL.
type Handler = session.Handler

// HandlerFunc makes a Handler of a function.
type HandlerFunc func(ctx context.Context, payload []byte) ([]byte, error)

// Handle calls the function.
func (f HandlerFunc) Handle(ctx context.Context, payload []byte) ([]byte, error) {
	return f(ctx, payload)
}

// AppendHandler is a Handler that encodes straight into the buffer that is sent.
type AppendHandler = session.AppendHandler

// Metadata is the trace context and the free entries that travel with a call of version 2.
type Metadata = session.Metadata

// WithMetadata gives calls made with the context this metadata.
func WithMetadata(ctx context.Context, metadata Metadata) context.Context {
	return session.WithMetadata(ctx, metadata)
}

// MetadataOf is what came with the call whose handler got the context, or a context made of it.
func MetadataOf(ctx context.Context) Metadata { return session.MetadataOf(ctx) }

// Refuse marks a failure of what stands between the connection and the user's handler, so that its code reaches the
// caller: the method is unknown, the request does not decode. For generated code.
func Refuse(err error) error { return &session.Refusal{Err: err} }
