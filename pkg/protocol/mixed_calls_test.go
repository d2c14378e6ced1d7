package protocol_test

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/protocol"
)

// Callers come and go, so that the turn to read goes from one to the other; memory is recycled; calls are given up on at
// any time. Nobody gets anything but the answer to his call.
func TestCallsOfAllKindsAtOnce(t *testing.T) { callsOfAllKindsAtOnce(t) }

func TestCallsOfAllKindsAtOnceWithReusedPayloads(t *testing.T) {
	callsOfAllKindsAtOnce(t, protocol.WithReusedPayloads())
}

func callsOfAllKindsAtOnce(t *testing.T, options ...protocol.ServerOption) {
	t.Helper()
	_, dial := serve(t, protocol.HandlerFunc(func(_ context.Context, payload []byte) ([]byte, error) {
		if payload[0] == 0 {
			time.Sleep(time.Millisecond)
		}
		return payload, nil
	}), options...)
	client := connect(t, dial())
	sizes := []int{1, 10, 5_000, 100_000, 300_000, 1_500_000}
	end := time.Now().Add(2 * time.Second)
	caller := func(seed uint64) {
		random := rand.New(rand.NewPCG(seed, 1))
		for time.Now().Before(end) {
			for range random.IntN(40) {
				payload := bytes.Repeat([]byte{byte(random.IntN(256))}, sizes[random.IntN(len(sizes))])
				ctx, cancel := context.Background(), func() {}
				if random.IntN(3) == 0 {
					ctx, cancel = context.WithTimeout(ctx, time.Duration(random.IntN(3_000))*time.Microsecond)
				}
				answer, err := client.Call(ctx, payload)
				cancel()
				if !isEchoOr(t, fault.DeadlineExceeded, payload, answer, err) {
					return
				}
				protocol.Recycle(answer)
			}
			if _, err := client.Ping(soon(t)); err != nil {
				t.Error(err)
				return
			}
			time.Sleep(time.Duration(random.IntN(80)) * time.Millisecond)
		}
	}
	var callers sync.WaitGroup
	for seed := range uint64(5) {
		callers.Go(func() { caller(seed) })
	}
	callers.Wait()
}

// isEchoOr reports whether a call got its payload back, or was given up on with the code, and fails the test where not.
func isEchoOr(t *testing.T, givenUp fault.Code, payload, answer []byte, err error) bool {
	t.Helper()
	switch {
	case errors.Is(err, givenUp):
	case err != nil:
		t.Error(err)
		return false
	case !bytes.Equal(answer, payload):
		t.Errorf("%d bytes of %d came back as something else", len(payload), payload[0])
		return false
	}
	return true
}
