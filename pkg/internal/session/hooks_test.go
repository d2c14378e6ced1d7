package session_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/session"
)

// opened is a host's session with a plugin that holds every call.
func opened(t *testing.T, options session.HostOptions) (session.Host, session.Plugin) {
	t.Helper()
	near, far := socketPair(t)
	accepted := make(chan session.Plugin, 1)
	go func() {
		plugin, err := session.AcceptPlugin(far, pluginOptions(hold{}, contractHash))
		if err != nil {
			t.Error(err)
		}
		accepted <- plugin
	}()
	options.PluginName, options.ContractHash = "held", contractHash
	host, err := session.OpenHost(t.Context(), near, options)
	if err != nil {
		t.Fatal(err)
	}
	plugin := <-accepted
	t.Cleanup(func() {
		host.Close(fault.New(fault.Unavailable, "the test is over"))
		plugin.Close(fault.New(fault.Unavailable, "the test is over"))
	})
	return host, plugin
}

func TestPendingCallsAreToldWhatExplainSays(t *testing.T) {
	for _, onlyVersion1 := range []bool{false, true} {
		lost := make(chan *fault.Error, 1)
		known := make(chan struct{})
		host, plugin := opened(t, session.HostOptions{
			OnlyVersion1: onlyVersion1,
			OnLost:       func(loss *fault.Error) { lost <- loss },
			Explain: func(*fault.Error) *fault.Error {
				<-known
				return &fault.Error{Code: fault.Unavailable, Message: "it exited with code 3", Origin: fault.Process}
			},
		})
		told := make(chan error, 1)
		go func() {
			_, err := host.Call(context.Background(), []byte("x"))
			told <- err
		}()
		for plugin.OpenCalls() == 0 {
			time.Sleep(time.Millisecond)
		}
		plugin.Close(fault.New(fault.Unavailable, "the plugin dies"))
		if loss := <-lost; loss.Code != fault.Unavailable {
			t.Errorf("OnLost: %v", loss)
		}
		close(known)
		failure, ok := errors.AsType[*fault.Error](<-told)
		if !ok || failure.Message != "it exited with code 3 (the call may have run)" || failure.Origin != fault.Process || failure.RetrySafe {
			t.Errorf("the open call: %+v", failure)
		}
		if _, err := host.Call(t.Context(), []byte("x")); !errors.Is(err, fault.Unavailable) {
			t.Errorf("a call afterwards: %v", err)
		}
	}
}

func TestGoawayIsToldAndEndsAnIdleSession(t *testing.T) {
	goaway := make(chan *fault.Error, 1)
	lost := make(chan *fault.Error, 1)
	host, plugin := opened(t, session.HostOptions{
		OnGoaway: func(reason *fault.Error) { goaway <- reason },
		OnLost:   func(loss *fault.Error) { lost <- loss },
	})
	plugin.Drain(t.Context())
	if reason := <-goaway; reason.Code != fault.Unavailable || reason.Origin != fault.Remote {
		t.Errorf("OnGoaway: %+v", reason)
	}
	<-lost
	<-plugin.Ended()
	failure, ok := errors.AsType[*fault.Error](func() error { _, err := host.Call(t.Context(), nil); return err }())
	if !ok || failure.Code != fault.Unavailable || !failure.RetrySafe {
		t.Errorf("a call afterwards: %+v", failure)
	}
}

func TestAMethodOfAnotherContractIsNotCalled(t *testing.T) {
	host, _ := opened(t, session.HostOptions{})
	err := host.Invoke(t.Context(), &session.Method{Service: "Echo", Name: "Echo", ContractHash: "sha256:00"}, nil)
	if !errors.Is(err, fault.ContractMismatch) {
		t.Errorf("error %v", err)
	}
}
