package session_test

import (
	"bytes"
	"context"
	"errors"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/session"
)

// gatedConn is not read while its gate is shut.
type gatedConn struct {
	net.Conn
	gate sync.RWMutex
}

func (g *gatedConn) Read(space []byte) (int, error) {
	g.gate.RLock()
	//lint:ignore SA2001 it only waits
	g.gate.RUnlock()
	return g.Conn.Read(space[:min(len(space), 65_536)])
}

// long answers a call with a megabyte of its first byte.
type long struct{ runs, made atomic.Int32 }

func (l *long) Handle(_ context.Context, payload []byte) ([]byte, error) {
	l.runs.Add(1)
	defer l.made.Add(1)
	return bytes.Repeat(payload[:1], 1_000_000), nil
}

// haveAnswered waits until all the handlers that run have answered, of which there are some, and says how many.
func (l *long) haveAnswered(some int32) int32 {
	for {
		before := l.runs.Load()
		time.Sleep(500 * time.Millisecond)
		if before >= some && l.runs.Load() == before && l.made.Load() == before {
			return before
		}
	}
}

// slowPair is a host whose reading the gate holds up, and its plugin.
func slowPair(t *testing.T, handler session.Handler) (session.Host, *gatedConn) {
	t.Helper()
	near, far := socketPair(t)
	gated := &gatedConn{Conn: near}
	accepted := make(chan session.Plugin, 1)
	go func() {
		plugin, err := session.AcceptPlugin(far, pluginOptions(handler, contractHash))
		if err != nil {
			t.Error(err)
		}
		accepted <- plugin
	}()
	host, err := session.OpenHost(t.Context(), gated, session.HostOptions{PluginName: "slow", ContractHash: contractHash})
	if err != nil {
		t.Fatal(err)
	}
	plugin := <-accepted
	t.Cleanup(func() {
		host.Close(fault.New(fault.Unavailable, "the test is over"))
		plugin.Close(fault.New(fault.Unavailable, "the test is over"))
	})
	return host, gated
}

func TestAHostThatReadsSlowlyGetsMoreAnswersThanMayWait(t *testing.T) {
	handler := &long{}
	host, gated := slowPair(t, handler)
	gated.gate.Lock()
	failed := make(chan error, 200)
	call := func(count int) {
		for at := range count {
			go func() {
				first := byte(at)
				answer, err := host.Call(context.Background(), []byte{first})
				if err == nil && !bytes.Equal(answer, bytes.Repeat([]byte{first}, 1_000_000)) {
					err = errors.New("it is another call's answer")
				}
				failed <- err
			}()
		}
	}
	call(60)
	runsOfFirst := handler.haveAnswered(33)
	call(60)
	if runs := handler.haveAnswered(33); runs != runsOfFirst {
		t.Errorf("%d handlers ran, and %d more while so much waited", runsOfFirst, runs-runsOfFirst)
	}
	gated.gate.Unlock()
	for range 120 {
		if err := <-failed; err != nil {
			t.Fatal(err)
		}
	}
	if runs := handler.runs.Load(); runs != 120 {
		t.Errorf("%d handlers ran", runs)
	}
}

func TestOfAHostThatReadsSlowlyCallsGivenUpOnOrTooLateDoNotRunAnyMore(t *testing.T) {
	handler := &long{}
	host, gated := slowPair(t, handler)
	gated.gate.Lock()
	answered := make(chan error, 60)
	for range 60 {
		go func() {
			_, err := host.Call(context.Background(), []byte("x"))
			answered <- err
		}()
	}
	runs := handler.haveAnswered(33)
	late, cancelLate := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancelLate()
	if _, err := host.Call(late, []byte("late")); !errors.Is(err, fault.DeadlineExceeded) {
		t.Error(err)
	}
	givenUp, giveUp := context.WithCancel(t.Context())
	time.AfterFunc(20*time.Millisecond, giveUp)
	if _, err := host.Call(givenUp, []byte("given up")); !errors.Is(err, fault.Cancelled) {
		t.Error(err)
	}
	if handler.runs.Load() != runs {
		t.Error("a handler began while so much waited")
	}
	gated.gate.Unlock()
	for range 60 {
		if err := <-answered; err != nil {
			t.Fatal(err)
		}
	}
	if _, err := host.Call(t.Context(), []byte("last")); err != nil {
		t.Error(err)
	}
	if ran := handler.runs.Load(); ran != 61 || host.OpenCalls() != 0 {
		t.Errorf("%d handlers ran, %d calls are open", ran, host.OpenCalls())
	}
}
