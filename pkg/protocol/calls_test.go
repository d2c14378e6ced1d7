package protocol_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/protocol"
)

// moody answers by what it is asked.
type moody struct {
	started chan struct{}
	stopped chan error
	release chan struct{}
}

func newMoody() *moody {
	return &moody{started: make(chan struct{}, 1_000), stopped: make(chan error, 1_000), release: make(chan struct{})}
}

func (m *moody) Handle(ctx context.Context, payload []byte) ([]byte, error) {
	switch string(payload) {
	case "hold":
		m.started <- struct{}{}
		<-ctx.Done()
		m.stopped <- ctx.Err()
		return nil, ctx.Err()
	case "stubborn":
		m.started <- struct{}{}
		<-m.release
		return []byte("late"), nil
	case "panic":
		panic("out of temper")
	case "fail":
		return nil, errors.New("no luck")
	case "chosen":
		return nil, &protocol.Error{Code: 42, Message: "chosen", Retry: true, Details: []byte("why")}
	case "refused":
		return nil, protocol.Refuse(fault.New(fault.Unimplemented, "no such method"))
	case "forbidden code":
		return nil, fault.New(fault.Unavailable, "not for handlers to say")
	case "large":
		return make([]byte, 5_000_000), nil
	case "metadata":
		metadata := protocol.MetadataOf(ctx)
		return fmt.Appendf(nil, "%s %s", metadata.Traceparent, metadata.Entries["tenant"]), nil
	case "deadline":
		_, given := ctx.Deadline()
		return fmt.Append(nil, given), nil
	}
	return bytes.ToUpper(payload), nil
}

func TestFailuresOfAHandler(t *testing.T) {
	want := map[int]map[string]fault.Code{
		1: {
			"panic": fault.Application, "fail": fault.Application, "chosen": 42, "refused": fault.Application,
			"forbidden code": fault.Application, "large": fault.Application,
		},
		2: {
			"panic": fault.Internal, "fail": fault.Application, "chosen": 42, "refused": fault.Unimplemented,
			"forbidden code": fault.Application, "large": fault.ResourceExhausted,
		},
	}
	inBothVersions(t, newMoody(), func(t *testing.T, client *protocol.Client) {
		for mood, code := range want[client.Protocol()] {
			_, err := client.Call(soon(t), []byte(mood))
			var told *protocol.Error
			if !errors.Is(err, code) || !errors.As(err, &told) || told.Origin != fault.Remote {
				t.Errorf("%s: %v (%v), want %v", mood, err, fault.CodeOf(err), code)
				continue
			}
			if mood == "chosen" && client.Protocol() == 2 && (!told.Retry || told.RetrySafe || string(told.Details) != "why") {
				t.Errorf("chosen: %+v", told)
			}
		}
		if answer, err := client.Call(soon(t), []byte("still there")); err != nil || string(answer) != "STILL THERE" {
			t.Errorf("afterwards: %q, %v", answer, err)
		}
	})
}

func TestCancellationReachesTheHandlerAndNoAnswerIsMixedUp(t *testing.T) {
	handler := newMoody()
	_, dial := serve(t, handler)
	client := connect(t, dial())
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() {
		_, err := client.Call(ctx, []byte("hold"))
		done <- err
	}()
	<-handler.started
	cancel()
	err := <-done
	if !errors.Is(err, fault.Cancelled) || !errors.Is(err, context.Canceled) {
		t.Errorf("the cancelled call: %v", err)
	}
	if err := <-handler.stopped; !errors.Is(err, context.Canceled) {
		t.Errorf("the handler was told %v", err)
	}
	for range 100 {
		if answer, err := client.Call(soon(t), []byte("next")); err != nil || string(answer) != "NEXT" {
			t.Fatalf("the next call: %q, %v", answer, err)
		}
	}
}

func TestDeadlines(t *testing.T) {
	handler := newMoody()
	_, dial := serve(t, handler)
	for name, timeout := range map[string]time.Duration{"of the context": 0, "of the client": time.Second} {
		t.Run(name, func(t *testing.T) {
			client := connect(t, dial(), protocol.WithCallTimeout(timeout))
			ctx := context.Background()
			if timeout == 0 {
				if answer, err := client.Call(ctx, []byte("deadline")); err != nil || string(answer) != "false" {
					t.Errorf("without a deadline: %q, %v", answer, err)
				}
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeout(ctx, time.Second)
				defer cancel()
			}
			_, err := client.Call(ctx, []byte("hold"))
			if !errors.Is(err, fault.DeadlineExceeded) || !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("error %v", err)
			}
			if err := <-handler.stopped; err == nil {
				t.Error("the handler was not told")
			}
			if answer, err := client.Call(soon(t), []byte("deadline")); err != nil || string(answer) != "true" {
				t.Errorf("afterwards: %q, %v", answer, err)
			}
		})
	}
}

func TestVersion1WaitsForTheLateAnswer(t *testing.T) {
	handler := newMoody()
	_, dial := serve(t, handler)
	client := connect(t, dial(), protocol.WithOnlyVersion1())
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	if _, err := client.Call(ctx, []byte("stubborn")); !errors.Is(err, fault.DeadlineExceeded) {
		t.Errorf("the late call: %v", err)
	}
	next := make(chan string, 1)
	go func() {
		answer, err := client.Call(soon(t), []byte("next"))
		next <- fmt.Sprintf("%s, %v", answer, err)
	}()
	close(handler.release)
	if got := <-next; got != "NEXT, <nil>" {
		t.Errorf("the next call: %s", got)
	}
}

func TestCallsQueueForTheLimit(t *testing.T) {
	handler := newMoody()
	_, dial := serve(t, handler, protocol.WithMaxConcurrentCalls(2))
	client := connect(t, dial())
	var callers sync.WaitGroup
	for range 2 {
		callers.Go(func() {
			if answer, err := client.Call(soon(t), []byte("stubborn")); err != nil || string(answer) != "late" {
				t.Errorf("%q, %v", answer, err)
			}
		})
		<-handler.started
	}
	ctx, cancel := context.WithTimeout(context.Background(), 50*time.Millisecond)
	defer cancel()
	_, err := client.Call(ctx, []byte("in vain"))
	var told *protocol.Error
	if !errors.As(err, &told) || told.Code != fault.DeadlineExceeded || !told.RetrySafe {
		t.Errorf("a call that never left: %+v", told)
	}
	for range 10 {
		callers.Go(func() {
			if answer, err := client.Call(soon(t), []byte("queued")); err != nil || string(answer) != "QUEUED" {
				t.Errorf("%q, %v", answer, err)
			}
		})
	}
	close(handler.release)
	callers.Wait()
}

func TestAllSlotsTakenByCancelledCalls(t *testing.T) {
	handler := newMoody()
	_, dial := serve(t, handler, protocol.WithMaxConcurrentCalls(1))
	client := connect(t, dial())
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		_, _ = client.Call(ctx, []byte("stubborn"))
		close(done)
	}()
	<-handler.started
	cancel()
	<-done
	if _, err := client.Call(soon(t), []byte("x")); !errors.Is(err, fault.ResourceExhausted) {
		t.Errorf("error %v", err)
	}
	close(handler.release)
}

func TestMetadataTravels(t *testing.T) {
	_, dial := serve(t, newMoody())
	client := connect(t, dial())
	const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
	ctx := protocol.WithMetadata(soon(t), protocol.Metadata{
		Traceparent: traceparent, Entries: map[string]string{"tenant": "blue"},
	})
	if answer, err := client.Call(ctx, []byte("metadata")); err != nil || string(answer) != traceparent+" blue" {
		t.Errorf("%q, %v", answer, err)
	}
	ctx = protocol.WithMetadata(soon(t), protocol.Metadata{Baggage: strings.Repeat("x", 70_000)})
	if _, err := client.Call(ctx, []byte("metadata")); !errors.Is(err, fault.ResourceExhausted) {
		t.Errorf("metadata that is too long: %v", err)
	}
}

func TestShutdownOfAServerFinishesWhatIsOpen(t *testing.T) {
	inBothVersions(t, newMoody(), func(t *testing.T, client *protocol.Client) { client.Close() })
	for _, options := range [][]protocol.ConnectOption{nil, {protocol.WithOnlyVersion1()}} {
		handler := newMoody()
		server, dial := serve(t, handler)
		client := connect(t, dial(), options...)
		open := make(chan string, 1)
		go func() {
			answer, err := client.Call(soon(t), []byte("stubborn"))
			open <- fmt.Sprintf("%s, %v", answer, err)
		}()
		<-handler.started
		down := make(chan error, 1)
		go func() { down <- server.Shutdown(soon(t)) }()
		time.AfterFunc(50*time.Millisecond, func() { close(handler.release) })
		if got := <-open; got != "late, <nil>" {
			t.Errorf("version %d: the open call: %s", client.Protocol(), got)
		}
		if err := <-down; err != nil {
			t.Errorf("Shutdown: %v", err)
		}
		if _, err := client.Call(soon(t), []byte("x")); !errors.Is(err, fault.Unavailable) {
			t.Errorf("version %d: a call afterwards: %v", client.Protocol(), err)
		}
	}
}

func TestALostConnectionFailsWhatIsOpen(t *testing.T) {
	for _, options := range [][]protocol.ConnectOption{nil, {protocol.WithOnlyVersion1()}} {
		handler := newMoody()
		server, dial := serve(t, handler)
		client := connect(t, dial(), options...)
		done := make(chan error, 1)
		go func() {
			_, err := client.Call(context.Background(), []byte("hold"))
			done <- err
		}()
		<-handler.started
		server.Close()
		var told *protocol.Error
		if err := <-done; !errors.As(err, &told) || told.Code != fault.Unavailable || told.RetrySafe {
			t.Errorf("the open call: %+v", told)
		}
		<-handler.stopped
	}
}

func TestInMemory(t *testing.T) {
	client, closeBoth, err := protocol.InMemory(upper, contractHash)
	if err != nil {
		t.Fatal(err)
	}
	defer closeBoth()
	for _, size := range []int{5, 2_000_000} {
		answer, err := client.Call(soon(t), bytes.Repeat([]byte("a"), size))
		if err != nil || len(answer) != size || answer[0] != 'A' {
			t.Errorf("%d bytes: %d, %v", size, len(answer), err)
		}
	}
	if client.Protocol() != 2 || client.PeerRuntime() != "pluginart-go/0.1.0" {
		t.Errorf("protocol %d, runtime %q", client.Protocol(), client.PeerRuntime())
	}
}

func TestDescribe(t *testing.T) {
	_, dial := serve(t, upper, protocol.WithSchema("table X {}"))
	told, err := connect(t, dial()).Describe(soon(t))
	if err != nil || told.Schema != "table X {}" || told.ContractHash != contractHash {
		t.Errorf("%+v, %v", told, err)
	}
	_, err = connect(t, dial(), protocol.WithOnlyVersion1()).Describe(soon(t))
	if !errors.Is(err, fault.Unimplemented) {
		t.Errorf("version 1: %v", err)
	}
	_, dial = serve(t, upper, protocol.WithSchema(strings.Repeat("namespace echo;\n", 200)))
	narrow := connect(t, dial(), protocol.WithMaxMessageBytes(1_024))
	if _, err := narrow.Describe(soon(t)); !errors.Is(err, fault.ResourceExhausted) {
		t.Errorf("longer than the host takes: %v", err)
	}
	answers(t, narrow, "AFTERWARDS")
}

func TestLongMessagesDoNotHoldUpShortOnes(t *testing.T) {
	_, dial := serve(t, echo)
	client := connect(t, dial())
	stop := make(chan struct{})
	var long sync.WaitGroup
	for range 6 {
		long.Go(func() {
			payload := bytes.Repeat([]byte("l"), 4_000_000)
			for {
				select {
				case <-stop:
					return
				default:
				}
				if answer, err := client.Call(soon(t), payload); err != nil || !bytes.Equal(answer, payload) {
					t.Errorf("a long call: %d bytes, %v", len(answer), err)
					return
				}
			}
		})
	}
	for n := range 200 {
		text := fmt.Append(nil, "short ", n)
		if answer, err := client.Call(soon(t), text); err != nil || !bytes.Equal(answer, text) {
			t.Errorf("a short call: %q, %v", answer, err)
		}
	}
	close(stop)
	long.Wait()
}

// appender answers in capitals, straight into the buffer.
type appender struct{}

func (appender) Handle(context.Context, []byte) ([]byte, error) {
	return nil, errors.New("not called where AppendResponse is")
}

func (appender) AppendResponse(_ context.Context, payload, buffer []byte) ([]byte, error) {
	return append(buffer, bytes.ToUpper(payload)...), nil
}

func TestAppendHandler(t *testing.T) {
	inBothVersions(t, appender{}, func(t *testing.T, client *protocol.Client) {
		var callers sync.WaitGroup
		for caller := range 64 {
			callers.Go(func() {
				for round := range 50 {
					text := fmt.Sprintf("caller %d, round %d", caller, round)
					answer, err := client.Call(soon(t), []byte(text))
					if err != nil || string(answer) != strings.ToUpper(text) {
						t.Errorf("%q: %q, %v", text, answer, err)
						return
					}
				}
			})
		}
		callers.Wait()
		answer, err := client.Call(soon(t), bytes.Repeat([]byte("a"), 2_000_000))
		if err != nil || len(answer) != 2_000_000 {
			t.Errorf("a long one: %d, %v", len(answer), err)
		}
	})
}
