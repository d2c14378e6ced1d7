package protocol_test

import (
	"bytes"
	"context"
	"errors"
	"runtime"
	"testing"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/protocol"
)

// moods is a handler that does what the payload says, and whose calls that hold are let go by closing the channel.
func moods(release <-chan struct{}) protocol.Handler {
	return protocol.HandlerFunc(func(_ context.Context, payload []byte) ([]byte, error) {
		switch string(payload) {
		case "hold":
			<-release
		case "exit":
			runtime.Goexit()
		}
		return payload, nil
	})
}

// alone makes so many calls one after the other that the caller reads for itself, and the handler runs where its call
// was read.
func alone(t *testing.T, client *protocol.Client) {
	t.Helper()
	aloneWith(context.Background(), t, client)
}

func aloneWith(ctx context.Context, t *testing.T, client *protocol.Client) {
	t.Helper()
	for range 100 {
		answer, err := client.Call(ctx, []byte("quick"))
		if err != nil || string(answer) != "quick" {
			t.Fatalf("%q, %v", answer, err)
		}
	}
}

func TestALoneCallerGivesUp(t *testing.T) {
	release := make(chan struct{})
	_, dial := serve(t, moods(release))
	t.Cleanup(func() { close(release) })
	client := connect(t, dial())
	ends := map[string]func() (context.Context, context.CancelFunc){
		"cancelled": func() (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(context.Background())
			time.AfterFunc(20*time.Millisecond, cancel)
			return ctx, cancel
		},
		"cancelled after many calls": func() (context.Context, context.CancelFunc) {
			ctx, cancel := context.WithCancel(context.Background())
			aloneWith(ctx, t, client)
			time.AfterFunc(20*time.Millisecond, cancel)
			return ctx, cancel
		},
		"timed out": func() (context.Context, context.CancelFunc) {
			return context.WithTimeout(context.Background(), 20*time.Millisecond)
		},
	}
	for name, end := range ends {
		t.Run(name, func(t *testing.T) {
			alone(t, client)
			ctx, cancel := end()
			defer cancel()
			_, err := client.Call(ctx, []byte("hold"))
			if !errors.Is(err, fault.Cancelled) && !errors.Is(err, fault.DeadlineExceeded) {
				t.Errorf("%v", err)
			}
			alone(t, client)
		})
	}
}

func TestALoneCallersTimeout(t *testing.T) {
	release := make(chan struct{})
	_, dial := serve(t, moods(release))
	t.Cleanup(func() { close(release) })
	client := connect(t, dial(), protocol.WithCallTimeout(time.Second))
	alone(t, client)
	if _, err := client.Call(context.Background(), []byte("hold")); !errors.Is(err, fault.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}

func TestCloseWhileALoneCallerReads(t *testing.T) {
	release := make(chan struct{})
	_, dial := serve(t, moods(release))
	t.Cleanup(func() { close(release) })
	client := connect(t, dial())
	alone(t, client)
	time.AfterFunc(20*time.Millisecond, client.Close)
	if _, err := client.Call(context.Background(), []byte("hold")); !errors.Is(err, fault.Unavailable) {
		t.Errorf("%v", err)
	}
}

func TestTheServerGoesWhileNobodyReads(t *testing.T) {
	server, dial := serve(t, moods(nil))
	client := connect(t, dial())
	alone(t, client)
	server.Close()
	if _, err := client.Call(soon(t), []byte("quick")); !errors.Is(err, fault.Unavailable) {
		t.Errorf("%v", err)
	}
}

func TestAHandlerThatIsSuddenlySlowHoldsUpNobody(t *testing.T) {
	release := make(chan struct{})
	_, dial := serve(t, moods(release))
	client := connect(t, dial())
	alone(t, client)
	held := make(chan error, 1)
	go func() {
		_, err := client.Call(soon(t), []byte("hold"))
		held <- err
	}()
	// The handler has begun, or will, before the others.
	time.Sleep(20 * time.Millisecond)
	if _, err := client.Ping(soon(t)); err != nil {
		t.Error("a ping: ", err)
	}
	alone(t, client)
	close(release)
	if err := <-held; err != nil {
		t.Error(err)
	}
	alone(t, client)
}

func TestAHandlerThatEndsItsGoroutine(t *testing.T) {
	_, dial := serve(t, moods(nil))
	client := connect(t, dial())
	for range 3 {
		if _, err := client.Call(soon(t), []byte("exit")); !errors.Is(err, fault.Internal) {
			t.Errorf("%v", err)
		}
		alone(t, client)
	}
}

func TestPingsBetweenCallsOfALoneCaller(t *testing.T) {
	_, dial := serve(t, moods(nil))
	client := connect(t, dial())
	for range 20 {
		alone(t, client)
		if _, err := client.Ping(soon(t)); err != nil {
			t.Fatal(err)
		}
	}
}

// The race detector sees whether anybody looks at the payload after Call has returned.
func TestThePayloadOfACallThatWasGivenUpOnMayChange(t *testing.T) {
	_, dial := serve(t, protocol.HandlerFunc(func(_ context.Context, payload []byte) ([]byte, error) {
		if len(payload) < 1_000 {
			return payload, nil
		}
		for _, given := range payload {
			if given != payload[0] {
				return nil, errors.New("a payload of two calls")
			}
		}
		return payload[:1], nil
	}))
	client := connect(t, dial())
	payload := make([]byte, 4_000_000)
	for round := range 60 {
		for at := range payload {
			payload[at] = byte(round)
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Duration(round)*100*time.Microsecond)
		answer, err := client.Call(ctx, payload)
		cancel()
		if err == nil && !bytes.Equal(answer, []byte{byte(round)}) {
			t.Fatalf("round %d: %v", round, answer)
		}
		if err != nil && !errors.Is(err, fault.DeadlineExceeded) {
			t.Fatal(err)
		}
	}
	alone(t, client)
}
