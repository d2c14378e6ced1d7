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

// Handler answers calls: many at once of a version 2 host, and one after the other of a version 1 host. A panic becomes
// an error with the code INTERNAL.
type Handler interface {
	// Handle answers one encoded CallRequest with one encoded CallResponse. The payload is its own, unless
	// WithReusedPayloads says otherwise, and what it returns may be part of that; it must not change any more.
	// The context ends when the answer is not wanted any more: the caller gave up, the call's time is up (its Deadline
	// says when), or the connection is gone.
	Handle(ctx context.Context, payload []byte) ([]byte, error)
}

// HandlerFunc makes a Handler of a function.
type HandlerFunc func(ctx context.Context, payload []byte) ([]byte, error)

// Handle calls the function.
func (f HandlerFunc) Handle(ctx context.Context, payload []byte) ([]byte, error) {
	return f(ctx, payload)
}

// AppendHandler is a Handler that encodes straight into the buffer that is sent; then Handle is not called. Generated
// services are.
type AppendHandler interface {
	Handler
	// AppendResponse appends one encoded CallResponse to buffer. The payload is valid until it returns.
	AppendResponse(ctx context.Context, payload, buffer []byte) ([]byte, error)
}

// Metadata is the trace context and the free entries that travel with a call of version 2. What a client sets is what the
// handler gets; together at most 65,535 bytes.
type Metadata struct {
	// Traceparent, Tracestate and Baggage are W3C's headers of these names; empty where there is none.
	Traceparent, Tracestate, Baggage string
	// Entries are the application's own.
	Entries map[string]string
}

// WithMetadata gives calls made with the context this metadata: those of a Client, and of a runtime.Manager.
func WithMetadata(ctx context.Context, metadata Metadata) context.Context {
	return session.WithMetadata(ctx, session.Metadata(metadata))
}

// MetadataOf is what came with the call whose handler got the context, or a context made of it.
func MetadataOf(ctx context.Context) Metadata { return Metadata(session.MetadataOf(ctx)) }

// Refuse marks a failure of what stands between the connection and the user's handler, so that its code reaches the
// caller: the method is unknown, the request does not decode. For generated code.
func Refuse(err error) error { return &session.Refusal{Err: err} }
