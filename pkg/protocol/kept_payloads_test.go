package protocol_test

import (
	"bytes"
	"context"
	"sync"
	"testing"

	"github.com/dlahoza/pluginart/pkg/protocol"
)

// A handler that keeps what it got, as those do who did not read what they may: nothing becomes of it.
func TestAPayloadStaysTheHandlers(t *testing.T) {
	var mu sync.Mutex
	var kept [][]byte
	handler := protocol.HandlerFunc(func(_ context.Context, payload []byte) ([]byte, error) {
		mu.Lock()
		defer mu.Unlock()
		kept = append(kept, payload)
		return payload, nil
	})
	inBothVersions(t, handler, func(t *testing.T, client *protocol.Client) {
		kept = nil
		sizes := []int{10, 5_000, 100_000, 150_000, 300_000, 1_500_000}
		var payload []byte
		for call := range 60 {
			payload = bytes.Repeat([]byte{byte(call)}, sizes[call%len(sizes)])
			if _, err := client.Call(soon(t), payload); err != nil {
				t.Fatal(err)
			}
		}
		for call, payload := range kept {
			if !bytes.Equal(payload, bytes.Repeat([]byte{byte(call)}, sizes[call%len(sizes)])) {
				t.Errorf("payload %d, of %d bytes, has changed since", call, len(payload))
			}
		}
	})
}
