package protocol_test

import (
	"bytes"
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/protocol"
)

// Connections end in whatever state they are: nobody reads, a caller reads, a handler runs where its call was read,
// fragments are on their way. Every call comes to an end, and so do Close and Shutdown.
func TestConnectionsEndInAnyState(t *testing.T) {
	ways := []func(client *protocol.Client, server *protocol.Server){
		func(client *protocol.Client, _ *protocol.Server) { client.Close() },
		func(client *protocol.Client, _ *protocol.Server) { _ = client.Shutdown(soon(t)) },
		func(_ *protocol.Client, server *protocol.Server) { server.Close() },
		func(_ *protocol.Client, server *protocol.Server) { _ = server.Shutdown(soon(t)) },
		func(client *protocol.Client, server *protocol.Server) {
			go server.Close()
			client.Close()
		},
	}
	end := time.Now().Add(2 * time.Second)
	for round := 0; time.Now().Before(end); round++ {
		endOne(t, uint64(round), ways[round%len(ways)])
	}
}

func endOne(t *testing.T, seed uint64, way func(*protocol.Client, *protocol.Server)) {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 2))
	server, dial := serve(t, protocol.HandlerFunc(func(ctx context.Context, payload []byte) ([]byte, error) {
		if payload[0] == 1 {
			<-ctx.Done()
			return nil, ctx.Err()
		}
		return payload, nil
	}))
	client := connect(t, dial())
	size := []int{10, 10, 400_000}[random.IntN(3)]
	holds := byte(random.IntN(2))
	ctx, cancel := context.WithCancel(t.Context())
	var callers sync.WaitGroup
	for range 1 + 2*random.IntN(2) {
		callers.Go(func() {
			payload := bytes.Repeat([]byte{0}, size)
			for count := 0; ; count++ {
				if count == 30 {
					payload[0] = holds
				}
				_, err := client.Call(ctx, payload)
				if err == nil {
					continue
				}
				if !errors.Is(err, fault.Unavailable) && !errors.Is(err, fault.Cancelled) {
					t.Error(err)
				}
				return
			}
		})
	}
	time.Sleep(time.Duration(random.IntN(5_000)) * time.Microsecond)
	if random.IntN(2) == 0 || holds == 1 {
		time.AfterFunc(time.Duration(random.IntN(2_000))*time.Microsecond, cancel)
	}
	ended := make(chan struct{})
	go func() {
		way(client, server)
		client.Close()
		callers.Wait()
		server.Close()
		close(ended)
	}()
	select {
	case <-ended:
	case <-soon(t).Done():
		t.Fatalf("round %d does not come to an end", seed)
	}
	cancel()
}

// Contexts end at every moment of a lone caller's call; the next calls, with another context or with the same, know
// nothing of it.
func TestContextsEndAtAnyMomentOfALoneCallersCalls(t *testing.T) {
	_, dial := serve(t, protocol.HandlerFunc(func(_ context.Context, payload []byte) ([]byte, error) { return payload, nil }))
	client := connect(t, dial())
	end := time.Now().Add(2 * time.Second)
	var cancelled atomic.Int64
	for round := uint64(0); time.Now().Before(end); round++ {
		random := rand.New(rand.NewPCG(round, 3))
		alone(t, client)
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			time.Sleep(time.Duration(random.IntN(1_000)) * time.Microsecond)
			cancel()
		}()
		for {
			answer, err := client.Call(ctx, []byte("x"))
			if err == nil && string(answer) == "x" {
				continue
			}
			if !errors.Is(err, fault.Cancelled) {
				t.Fatalf("%q, %v", answer, err)
			}
			cancelled.Add(1)
			break
		}
		if round%8 == 0 {
			// Longer than the watch looks on.
			time.Sleep(120 * time.Millisecond)
		}
	}
	alone(t, client)
	if cancelled.Load() == 0 {
		t.Error("no context ended during a call")
	}
}

// valueContext can be compared as far as its type says, and cannot as it is.
type valueContext struct {
	context.Context
	data any
}

func TestALoneCallersContextThatCannotBeCompared(t *testing.T) {
	_, dial := serve(t, moods(nil))
	client := connect(t, dial())
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	alone(t, client)
	aloneWith(valueContext{ctx, []int{1}}, t, client)
	alone(t, client)
}
