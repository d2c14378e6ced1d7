package session

import (
	"context"
	"sync/atomic"
	"time"
)

var lastRequestID atomic.Uint64

func newEnvelope(ctx context.Context, deadline time.Time) Envelope {
	envelope := Envelope{RequestID: lastRequestID.Add(1)}
	if !deadline.IsZero() {
		envelope.DeadlineUnixMs = deadline.UnixMilli()
	}
	if metadata, given := metadataFor(ctx); given {
		envelope.TraceID, envelope.SpanID = traceIDs(metadata.Traceparent)
	}
	return envelope
}
