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
	"github.com/dlahoza/pluginart/pkg/internal/vectors"
	"github.com/dlahoza/pluginart/pkg/protocol"
)

func TestAnHonestVersion2Peer(t *testing.T) {
	token := bytes.Repeat([]byte{7}, 32)
	peer := startPeer(t, token, "v2-plugin.ts")
	client := connect(t, peer.dial(t), protocol.WithToken(token), protocol.WithMinProtocol(2))
	answers(t, client, "hello")
	if _, err := client.Ping(soon(t)); err != nil || client.PeerRuntime() != "peer" {
		t.Error(err, client.PeerRuntime())
	}
	_, err := protocol.Connect(peer.dial(t), "test", contractHash, protocol.WithToken(bytes.Repeat([]byte{8}, 32)))
	fails(t, err, fault.Unauthenticated)
}

func TestHandshakesOfVersion2PeersThatLie(t *testing.T) {
	for lie, want := range map[string]struct {
		code fault.Code
		text string
	}{
		"empty-accept":   {fault.ProtocolViolation, "version 0"},
		"version-1":      {fault.ProtocolViolation, "version 1"},
		"version-3":      {fault.ProtocolViolation, "version 3"},
		"feature":        {fault.ProtocolViolation, "telepathy"},
		"compression":    {fault.ProtocolViolation, "zstd"},
		"shared-memory":  {fault.ProtocolViolation, "shared memory"},
		"tiny-messages":  {fault.ProtocolViolation, "at most 1 bytes"},
		"other-contract": {fault.ContractMismatch, "sha256:" + strings.Repeat("0", 64)},
		"refuse":         {fault.ContractMismatch, contractHash},
		"frame-before":   {fault.ProtocolViolation, "PLGN"},
		"silence":        {fault.Unavailable, "200ms"},
	} {
		t.Run(lie, func(t *testing.T) {
			t.Parallel()
			peer := startPeer(t, nil, "v2-plugin.ts", "--accept", lie)
			patience := 20 * time.Second
			if lie == "silence" {
				patience = 200 * time.Millisecond
			}
			_, err := protocol.Connect(peer.dial(t), "test", contractHash, protocol.WithHandshakeTimeout(patience))
			fails(t, err, want.code, want.text)
		})
	}
	t.Run("omit-accept", func(t *testing.T) {
		peer := startPeer(t, nil, "v2-plugin.ts", "--accept", "omit-accept")
		if client := connect(t, peer.dial(t)); client.Protocol() != 1 {
			t.Errorf("protocol %d", client.Protocol())
		}
		_, err := protocol.Connect(peer.dial(t), "test", contractHash, protocol.WithMinProtocol(2))
		fails(t, err, fault.ProtocolViolation, "version 1")
	})
	t.Run("version-1-after", func(t *testing.T) {
		peer := startPeer(t, nil, "v2-plugin.ts", "--accept", "version-1-after")
		client, err := protocol.Connect(peer.dial(t), "test", contractHash)
		if err == nil {
			defer client.Close()
			_, err = says(t, client, "x", 0)
		}
		if !errors.Is(err, fault.ProtocolViolation) && !errors.Is(err, fault.Unavailable) {
			t.Errorf("got %v", err)
		}
	})
}

// V2-T4.
func TestSquattersOnTheAddressOfAPlugin(t *testing.T) {
	for _, lie := range []string{"honest", "no-proof", "wrong-proof", "reflected-proof", "empty-accept", "version-3"} {
		t.Run(lie, func(t *testing.T) {
			t.Parallel()
			peer := startPeer(t, bytes.Repeat([]byte{9}, 32), "v2-plugin.ts", "--accept", lie)
			_, err := protocol.Connect(peer.dial(t), "test", contractHash, protocol.WithToken(bytes.Repeat([]byte{7}, 32)))
			fails(t, err, fault.Unauthenticated, "another process may have taken the address")
		})
	}
}

func behaving(t *testing.T, behaviour string) *protocol.Client {
	t.Helper()
	return connect(t, startPeer(t, nil, "v2-plugin.ts", "--behave", behaviour).dial(t), protocol.WithCallTimeout(0))
}

func TestAnswersBackwardsReachTheirCalls(t *testing.T) {
	client := behaving(t, "answer-backwards")
	var calls sync.WaitGroup
	for index := range 50 {
		calls.Go(func() { answers(t, client, fmt.Sprintf("call %d", index)) })
	}
	calls.Wait()
}

// V2-S5.
func TestACallGivenUpOnKeepsItsAnswerFromAllOthers(t *testing.T) {
	client := behaving(t, "late-answers")
	ctx, cancel := context.WithCancel(soon(t))
	given := make(chan error, 1)
	go func() {
		_, err := client.Call(ctx, []byte("given up"))
		given <- err
	}()
	time.AfterFunc(50*time.Millisecond, cancel)
	_, err := says(t, client, "timed out", 50*time.Millisecond)
	fails(t, err, fault.DeadlineExceeded, `plugin "test" did not answer a call in time`)
	fails(t, <-given, fault.Cancelled)
	var calls sync.WaitGroup
	for _, what := range []string{"x", "y", "z"} {
		calls.Go(func() { answers(t, client, what) })
	}
	calls.Wait()
}

// V2-S12, V2-S13.
func TestMoreCallsThanAPeerTakes(t *testing.T) {
	t.Run("wait for those that are open", func(t *testing.T) {
		client := behaving(t, "late-answers")
		var calls sync.WaitGroup
		for index := range 600 {
			calls.Go(func() { answers(t, client, fmt.Sprint(index)) })
		}
		calls.Wait()
	})
	t.Run("fail at once where those that are open were given up on", func(t *testing.T) {
		client := behaving(t, "never-answer")
		given := make(chan error, 256)
		ctx, cancel := context.WithCancel(soon(t))
		for range 256 {
			go func() {
				_, err := client.Call(ctx, []byte("x"))
				given <- err
			}()
		}
		waitForOpenCalls(t, client, 256)
		cancel()
		for range 256 {
			fails(t, <-given, fault.Cancelled)
		}
		_, err := says(t, client, "one more", 0)
		fails(t, err, fault.ResourceExhausted)
		if _, err := client.Ping(soon(t)); err != nil {
			t.Error(err)
		}
	})
}

func TestAPeerThatReadsNothing(t *testing.T) {
	client := behaving(t, "never-read")
	payload := make([]byte, 4_000_000)
	codes := make(chan fault.Code, 200)
	for range 200 {
		go func() {
			ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
			defer cancel()
			_, err := client.Call(ctx, payload)
			codes <- fault.CodeOf(err)
		}()
	}
	counts := map[fault.Code]int{}
	for range 200 {
		counts[<-codes]++
	}
	if counts[fault.ResourceExhausted] == 0 || counts[fault.DeadlineExceeded] == 0 || len(counts) != 2 {
		t.Errorf("some are refused, as the queue is full, others end by the clock; got %v", counts)
	}
}

func TestPeersThatFallSilent(t *testing.T) {
	for _, behaviour := range []string{"silent", "half-frame", "endless-fragments"} {
		t.Run(behaviour, func(t *testing.T) {
			t.Parallel()
			client := behaving(t, behaviour)
			other := make(chan error, 1)
			go func() {
				_, err := says(t, client, "other", 0)
				other <- err
			}()
			_, err := says(t, client, "x", 80*time.Millisecond)
			fails(t, err, fault.DeadlineExceeded)
			client.Close()
			fails(t, <-other, fault.Unavailable)
		})
	}
}

func TestPeersThatEndTheConnection(t *testing.T) {
	t.Run("garbage", func(t *testing.T) {
		_, err := says(t, behaving(t, "garbage"), "x", 0)
		fails(t, err, fault.ProtocolViolation)
	})
	t.Run("close", func(t *testing.T) {
		client := behaving(t, "close")
		_, err := says(t, client, "x", 0)
		if fails(t, err, fault.Unavailable).RetrySafe {
			t.Error("it may have run")
		}
		_, err = says(t, client, "late", 0)
		if !fails(t, err, fault.Unavailable).RetrySafe {
			t.Error("it never ran")
		}
	})
	t.Run("goaway", func(t *testing.T) {
		client := behaving(t, "goaway")
		answers(t, client, "open")
		_, err := says(t, client, "new", 0)
		if !fails(t, err, fault.Unavailable).RetrySafe {
			t.Error("it never ran")
		}
	})
	for _, behaviour := range []string{"ping-flood", "call-flood"} {
		t.Run(behaviour, func(t *testing.T) {
			t.Parallel()
			_, err := says(t, behaving(t, behaviour), "x", 0)
			if !errors.Is(err, fault.ResourceExhausted) && !errors.Is(err, fault.Unavailable) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// V2-M10.
func TestARequestThatIsTooLargeForAPeerIsNotSent(t *testing.T) {
	client := connect(t, startPeer(t, nil, "v2-plugin.ts").dial(t))
	_, err := client.Call(soon(t), make([]byte, 4_194_305))
	fails(t, err, fault.ResourceExhausted, "4194305", "4194304")
	if answer, err := client.Call(soon(t), make([]byte, 100_000)); err != nil || len(answer) != 100_000 {
		t.Errorf("%d bytes, %v", len(answer), err)
	}
}

// hostExchange is what a plugin sends while calls are open, and how these end: protocol/vectors.
type hostExchange struct {
	Name, To string
	Calls    int
	Receives struct {
		MaxMessageBytes int `json:"max_message_bytes"`
	}
	Settles []struct {
		Stream uint32
		Body   *vectors.Bytes
		Code   uint16
	}
	Goaway uint16
}

// TestExchangesOfProcesses plays every exchange towards a host, sent by a process. What is answered on the wire is
// checked in package session.
func TestExchangesOfProcesses(t *testing.T) {
	for _, file := range []string{"v2-messages.json", "v2-streams.json"} {
		for _, exchange := range vectors.Load[struct{ Exchanges []hostExchange }](t, file).Exchanges {
			if exchange.To == "host" {
				t.Run(exchange.Name, func(t *testing.T) {
					t.Parallel()
					playExchange(t, &exchange)
				})
			}
		}
	}
}

func playExchange(t *testing.T, exchange *hostExchange) {
	peer := startPeer(t, nil, "v2-plugin.ts", "--exchange", exchange.Name)
	options := []protocol.ConnectOption{protocol.WithCallTimeout(0)}
	if exchange.Receives.MaxMessageBytes > 0 {
		options = append(options, protocol.WithMaxMessageBytes(exchange.Receives.MaxMessageBytes))
	}
	client := connect(t, peer.dial(t), options...)
	type outcome struct {
		body []byte
		err  error
	}
	settled := map[uint32]chan outcome{}
	ended := func() (count int) {
		for _, outcomes := range settled {
			count += len(outcomes)
		}
		return count
	}
	for index := range max(exchange.Calls, 1) {
		outcomes := make(chan outcome, 1)
		// Streams are numbered in the order of the calls.
		settled[uint32(2*index+1)] = outcomes
		go func() {
			body, err := client.Call(context.Background(), []byte("hello"))
			outcomes <- outcome{body, err}
		}()
		// Some end as soon as they are made.
		for limit := soon(t); client.OpenCalls()+ended() <= index && limit.Err() == nil; {
			time.Sleep(time.Millisecond)
		}
	}
	for _, want := range exchange.Settles {
		got := <-settled[want.Stream]
		delete(settled, want.Stream)
		if want.Body == nil {
			fails(t, got.err, fault.Code(want.Code))
		} else if got.err != nil || !bytes.Equal(got.body, *want.Body) {
			t.Errorf("stream %d: %d bytes, %v", want.Stream, len(got.body), got.err)
		}
	}
	code := fault.Code(exchange.Goaway)
	if exchange.Goaway == 0 {
		if _, err := client.Ping(soon(t)); err != nil {
			t.Errorf("the connection goes on: %v", err)
		}
		code = fault.Unavailable
		client.Close()
	}
	for _, ended := range settled {
		fails(t, (<-ended).err, code)
	}
}
