package protocol_test

import (
	"bytes"
	"context"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
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

// slowConn is read in small pieces, with pauses.
type slowConn struct{ net.Conn }

func (s slowConn) Read(space []byte) (int, error) {
	time.Sleep(50 * time.Microsecond)
	return s.Conn.Read(space[:min(len(space), 20_000)])
}

// Answers lie where their payloads lay, and wait for a host that reads slowly, while other calls come and are given up on.
func TestReusedPayloadsWaitForAHostThatReadsSlowly(t *testing.T) {
	_, dial := serve(t, echo, protocol.WithReusedPayloads())
	var callers sync.WaitGroup
	end := time.Now().Add(2 * time.Second)
	for seed := range 2 {
		client := connect(t, slowConn{dial()})
		for caller := range 4 {
			callers.Go(func() {
				for count := 0; time.Now().Before(end); count++ {
					payload := bytes.Repeat([]byte{byte(100*seed + 25*caller + count%25)}, 150_000*(1+caller))
					ctx, cancel := context.WithCancel(soon(t))
					if count%3 == 0 {
						time.AfterFunc(time.Duration(count%10)*time.Millisecond, cancel)
					}
					answer, err := client.Call(ctx, payload)
					cancel()
					if !isEchoOr(t, fault.Cancelled, payload, answer, err) {
						return
					}
				}
			})
		}
	}
	callers.Wait()
}
