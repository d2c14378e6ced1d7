package session

import (
	"context"
	"maps"
	"slices"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/control"
	"github.com/dlahoza/pluginart/pkg/internal/wire"
)

type outgoingMetadata struct{}

type incomingMetadata struct{}

// WithMetadata gives calls made with the context this metadata.
func WithMetadata(ctx context.Context, metadata Metadata) context.Context {
	return context.WithValue(ctx, outgoingMetadata{}, metadata)
}

// MetadataOf is what came with the call whose handler got the context, or a context made of it.
func MetadataOf(ctx context.Context) Metadata {
	metadata, _ := ctx.Value(incomingMetadata{}).(Metadata)
	return metadata
}

func metadataFor(ctx context.Context) (Metadata, bool) {
	metadata, ok := ctx.Value(outgoingMetadata{}).(Metadata)
	return metadata, ok
}

// encode is the metadata of a CALL. It fails with RESOURCE_EXHAUSTED above 65,535 bytes.
func (m Metadata) encode() ([]byte, error) {
	told := control.CallMetaT{
		Traceparent: present(m.Traceparent), Tracestate: present(m.Tracestate), Baggage: present(m.Baggage),
	}
	for _, key := range slices.Sorted(maps.Keys(m.Entries)) {
		value := m.Entries[key]
		told.Entries = append(told.Entries, &control.EntryT{Key: key, Value: &value})
	}
	bytes, err := control.AppendCallMeta(nil, &told)
	if err == nil && len(bytes) > wire.MaxMetadataBytes {
		err = fault.Newf(fault.ResourceExhausted,
			"the call's metadata is %d bytes long, at most %d can be sent", len(bytes), wire.MaxMetadataBytes)
	}
	return bytes, err
}

// decodeMetadata fails with INVALID_PAYLOAD.
func decodeMetadata(bytes []byte) (Metadata, error) {
	told, err := control.DecodeCallMeta(bytes)
	if err != nil {
		return Metadata{}, err
	}
	metadata := Metadata{
		Traceparent: text(told.Traceparent), Tracestate: text(told.Tracestate), Baggage: text(told.Baggage),
	}
	if len(told.Entries) > 0 {
		metadata.Entries = make(map[string]string, len(told.Entries))
		for _, entry := range told.Entries {
			metadata.Entries[entry.Key] = text(entry.Value)
		}
	}
	return metadata, nil
}

// traceIDs are those of a W3C traceparent, for envelopes that carry them; empty where it is malformed.
func traceIDs(traceparent string) (traceID, spanID string) {
	// version-trace-span-flags: 2, 32, 16 and 2 hex digits.
	if len(traceparent) < 55 || traceparent[2] != '-' || traceparent[35] != '-' || traceparent[52] != '-' {
		return "", ""
	}
	for at, char := range []byte(traceparent[:55]) {
		isDigit := char >= '0' && char <= '9' || char >= 'a' && char <= 'f'
		if !isDigit && at != 2 && at != 35 && at != 52 {
			return "", ""
		}
	}
	return traceparent[3:35], traceparent[36:52]
}

func present(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func text(given *string) string {
	if given == nil {
		return ""
	}
	return *given
}
