package protocol_test

import (
	"bytes"
	"context"
	"errors"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/protocol"
)

const otherContractHash = "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"

// startPeer runs one of conformance/peers, written without any of our runtimes, as a plugin.
func startPeer(t *testing.T, token []byte, name string, arguments ...string) *pluginProcess {
	t.Helper()
	program, root := node(t)
	script := filepath.Join(root, "conformance/peers", name)
	return startPlugin(t, token, program, append([]string{script, "--contract", contractHash}, arguments...)...)
}

// says calls a plugin with a command and at most so much time; 0 = plenty.
func says(t *testing.T, client *protocol.Client, what string, limit time.Duration) (string, error) {
	t.Helper()
	ctx := soon(t)
	if limit > 0 {
		limited, cancel := context.WithTimeout(ctx, limit)
		defer cancel()
		ctx = limited
	}
	answer, err := client.Call(ctx, []byte(what))
	return string(answer), err
}

func answers(t *testing.T, client *protocol.Client, what string) {
	t.Helper()
	if answer, err := says(t, client, what, 0); err != nil || answer != what {
		t.Errorf("%q is answered by %q, %v", what, answer, err)
	}
}

// fails checks an error's code, and that its message has all of these texts.
func fails(t *testing.T, err error, code fault.Code, texts ...string) *fault.Error {
	t.Helper()
	known, ok := errors.AsType[*fault.Error](err)
	if !ok || known.Code != code {
		t.Fatalf("%v: %v; want %v", fault.CodeOf(err), err, code)
	}
	for _, text := range texts {
		if !strings.Contains(known.Message, text) {
			t.Errorf("%q does not say %q", known.Message, text)
		}
	}
	return known
}

func TestAVersion1PeerIsCalledInOrderAndPinged(t *testing.T) {
	peer := startPeer(t, nil, "v1-plugin.ts")
	for _, options := range [][]protocol.ConnectOption{nil, {protocol.WithToken(bytes.Repeat([]byte{1}, 32))}} {
		client := connect(t, peer.dial(t), options...)
		if client.Protocol() != 1 || client.PeerRuntime() != "" {
			t.Errorf("protocol %d, runtime %q", client.Protocol(), client.PeerRuntime())
		}
		var calls sync.WaitGroup
		for _, what := range []string{"a", "sleep:20", "b", "c"} {
			calls.Go(func() { answers(t, client, what) })
		}
		calls.Wait()
		if _, err := client.Ping(soon(t)); err != nil {
			t.Error(err)
		}
		if _, err := client.Describe(soon(t)); !errors.Is(err, fault.Unimplemented) {
			t.Errorf("describe: %v", err)
		}
	}
}

func TestFailuresOfAVersion1Peer(t *testing.T) {
	client := connect(t, startPeer(t, nil, "v1-plugin.ts").dial(t))
	_, err := says(t, client, "fail:no such thing", 0)
	if failure := fails(t, err, fault.Application, "no such thing"); failure.Origin != fault.Remote || failure.Plugin != "test" {
		t.Errorf("%+v", failure)
	}
	_, err = says(t, client, "app-fail:42", 0)
	fails(t, err, 42)
	answers(t, client, "still here")
}

// V1-C2.
func TestACallToAVersion1PeerThatIsGivenUpOnDoesNotGiveItsAnswerToTheNext(t *testing.T) {
	client := connect(t, startPeer(t, nil, "v1-plugin.ts").dial(t))
	_, err := says(t, client, "sleep:1500", 100*time.Millisecond)
	fails(t, err, fault.DeadlineExceeded)
	ctx, cancel := context.WithCancel(soon(t))
	cancelled := make(chan error, 1)
	go func() {
		_, err := client.Call(ctx, []byte("sleep:100"))
		cancelled <- err
	}()
	var next sync.WaitGroup
	for _, what := range []string{"x", "y"} {
		next.Go(func() { answers(t, client, what) })
	}
	cancel()
	fails(t, <-cancelled, fault.Cancelled)
	next.Wait()
}

func TestMessagesOf4MiBToAVersion1Peer(t *testing.T) {
	client := connect(t, startPeer(t, nil, "v1-plugin.ts").dial(t))
	whole := bytes.Repeat([]byte("a"), 4<<20)
	if answer, err := client.Call(soon(t), whole); err != nil || !bytes.Equal(answer, whole) {
		t.Errorf("%d bytes, %v", len(answer), err)
	}
	_, err := client.Call(soon(t), append(whole, 'a'))
	fails(t, err, fault.ResourceExhausted, "4194305", "4194304")
	answers(t, client, "still here")
	_, err = says(t, client, "large:4194305", 0)
	fails(t, err, fault.ProtocolViolation)
}

func TestAVersion1PeerThatBreaksTheProtocol(t *testing.T) {
	peer := startPeer(t, nil, "v1-plugin.ts")
	for _, command := range []string{"garbage", "unknown-type", "handshake", "bad-error"} {
		client := connect(t, peer.dial(t))
		_, err := says(t, client, command, 0)
		fails(t, err, fault.ProtocolViolation)
		if _, err := says(t, client, "too late", 0); !errors.Is(err, fault.Unavailable) && !errors.Is(err, fault.ProtocolViolation) {
			t.Errorf("after %s: %v", command, err)
		}
	}
	t.Run("a second answer to one call", func(t *testing.T) {
		client := connect(t, peer.dial(t))
		answers(t, client, "twice")
		time.Sleep(500 * time.Millisecond)
		if answer, err := says(t, client, "next", 0); err == nil {
			t.Errorf("the next call got %q", answer)
		}
	})
	t.Run("half a frame and silence", func(t *testing.T) {
		client := connect(t, peer.dial(t))
		_, err := says(t, client, "half", 100*time.Millisecond)
		fails(t, err, fault.DeadlineExceeded)
	})
	t.Run("a closed connection", func(t *testing.T) {
		client := connect(t, peer.dial(t))
		_, err := says(t, client, "close", 0)
		if fails(t, err, fault.Unavailable).RetrySafe {
			t.Error("it may have run")
		}
	})
	t.Run("closed by this side", func(t *testing.T) {
		client := connect(t, peer.dial(t))
		open := make(chan error, 3)
		for _, what := range []string{"hang", "waits"} {
			go func() {
				_, err := says(t, client, what, 0)
				open <- err
			}()
			time.Sleep(50 * time.Millisecond)
		}
		go func() {
			_, err := client.Ping(soon(t))
			open <- err
		}()
		time.Sleep(50 * time.Millisecond)
		client.Close()
		for range 3 {
			fails(t, <-open, fault.Unavailable)
		}
	})
}

func TestHandshakesOfVersion1Peers(t *testing.T) {
	for handshake, code := range map[string]fault.Code{
		"refuse": fault.ContractMismatch, "silence": fault.Unavailable, "close": fault.Unavailable,
		"garbage": fault.ProtocolViolation, "half-a-frame": fault.Unavailable, "wrong-type": fault.ProtocolViolation,
		"undecodable": fault.ProtocolViolation,
	} {
		t.Run(handshake, func(t *testing.T) {
			t.Parallel()
			peer := startPeer(t, nil, "v1-plugin.ts", "--handshake", handshake)
			patience := 20 * time.Second
			if handshake == "silence" || handshake == "half-a-frame" {
				patience = 150 * time.Millisecond
			}
			_, err := protocol.Connect(peer.dial(t), "test", contractHash, protocol.WithHandshakeTimeout(patience))
			fails(t, err, code)
		})
	}
	peer := startPeer(t, nil, "v1-plugin.ts")
	_, err := protocol.Connect(peer.dial(t), "test", otherContractHash)
	fails(t, err, fault.ContractMismatch, otherContractHash)
	_, err = protocol.Connect(peer.dial(t), "test", contractHash, protocol.WithMinProtocol(2))
	fails(t, err, fault.ProtocolViolation, "version 1")
	silent := startPeer(t, nil, "v1-plugin.ts", "--handshake", "silence")
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err = protocol.ConnectContext(ctx, silent.dial(t), "test", contractHash)
	fails(t, err, fault.DeadlineExceeded)
}
