package session_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"testing"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/control"
	"github.com/dlahoza/pluginart/pkg/internal/session"
	"github.com/dlahoza/pluginart/pkg/internal/vectors"
	"github.com/dlahoza/pluginart/pkg/internal/wire"
)

type handshakeExpectation struct {
	Outcome      string
	Code         uint16
	Error        *string
	Proof        vectors.Bytes
	ContractHash string `json:"contract_hash"`
}

type handshakeVectors struct {
	Plugins []struct {
		Name   string
		Plugin struct {
			ContractHash string `json:"contract_hash"`
			Token        string
		}
		Connections []struct {
			Bytes  vectors.Bytes
			Expect handshakeExpectation
		}
	}
	Hosts []struct {
		Name string
		Host struct {
			ContractHash string `json:"contract_hash"`
			Token        string
			MinProtocol  int `json:"min_protocol"`
			Offer        *struct {
				Features     []string
				Compressions []string
			}
		}
		Bytes  vectors.Bytes
		Expect handshakeExpectation
	}
}

func unhex(t *testing.T, digits string) []byte {
	t.Helper()
	decoded, err := hex.DecodeString(digits)
	if err != nil {
		t.Fatal(err)
	}
	return decoded
}

func pluginOptions(handler session.Handler, contractHash string) *session.PluginOptions {
	return &session.PluginOptions{
		Handler: handler, ContractHash: contractHash, MaxMessageBytes: wire.DefaultMaxMessageBytes,
		MaxConcurrentCalls: wire.DefaultMaxConcurrentCalls, HandshakeTimeout: patience, Nonces: &session.Nonces{},
	}
}

func TestHandshakesAsThePluginSeesThem(t *testing.T) {
	for _, vector := range vectors.Load[handshakeVectors](t, "handshakes.json").Plugins {
		for _, byteByByte := range []bool{false, true} {
			t.Run(vector.Name, func(t *testing.T) {
				options := pluginOptions(echo{}, vector.Plugin.ContractHash)
				options.Token = unhex(t, vector.Plugin.Token)
				for _, connection := range vector.Connections {
					// A byte beyond the handshake is there at once or not at all: see V2-N6.
					bytewise := byteByByte && connection.Expect.Outcome != "closed"
					checkPluginHandshake(t, options, connection.Bytes, bytewise, connection.Expect)
				}
			})
		}
	}
}

func checkPluginHandshake(
	t *testing.T, options *session.PluginOptions, content []byte, bytewise bool, expect handshakeExpectation,
) {
	t.Helper()
	near, far := socketPair(t)
	host := newPeer(t, near)
	done := make(chan struct{})
	go func() {
		defer close(done)
		plugin, err := session.AcceptPlugin(far, options)
		if err == nil {
			<-plugin.Ended()
		}
	}()
	defer func() {
		near.Close()
		<-done
	}()
	host.send(content, bytewise)
	if expect.Outcome == "waiting" {
		if frame, ended := host.next(50 * time.Millisecond); frame != nil || ended {
			t.Errorf("it did not wait: %v", frame)
		}
		return
	}
	frame, ended := host.next(patience)
	if expect.Outcome == "closed" {
		if frame != nil || !ended {
			t.Errorf("it answered: %v", frame)
		}
		return
	}
	if frame == nil {
		t.Fatalf("no answer; ended: %v", ended)
	}
	response, err := control.DecodeHandshakeResponse(frame.Body)
	if err != nil {
		t.Fatal(err)
	}
	if response.Ok != (expect.Outcome != "refused") {
		t.Errorf("ok = %v, want %s", response.Ok, expect.Outcome)
	}
	if expect.Outcome == "v2" != (response.Ok && response.Accept != nil) {
		t.Errorf("accept = %v, want %s", response.Accept, expect.Outcome)
	}
	if response.Code != expect.Code {
		t.Errorf("code %d, want %d", response.Code, expect.Code)
	}
	if expect.Error != nil && (response.Error == nil || *response.Error != *expect.Error) {
		t.Errorf("error %v, want %q", response.Error, *expect.Error)
	}
	if expect.Proof != nil && !bytes.Equal(response.Accept.Proof, expect.Proof) {
		t.Errorf("proof %x, want %x", response.Accept.Proof, expect.Proof)
	}
	if expect.ContractHash != "" && (response.Accept == nil || *response.Accept.ContractHash != expect.ContractHash) {
		t.Errorf("accept %v, want the hash %s", response.Accept, expect.ContractHash)
	}
	if expect.Outcome == "refused" {
		near.(interface{ CloseWrite() error }).CloseWrite()
		if frame, ended := host.next(patience); frame != nil || !ended {
			t.Error("it did not close after the refusal")
		}
	}
}

func TestHandshakesAsTheHostSeesThem(t *testing.T) {
	ran := 0
	for _, vector := range vectors.Load[handshakeVectors](t, "handshakes.json").Hosts {
		// The nonce is random here, so a right proof cannot be in the vector; and nothing is offered but version 2.
		needsNonce := vector.Host.Token != "" && vector.Expect.Outcome == "v2"
		offersMore := vector.Host.Offer != nil && len(vector.Host.Offer.Features)+len(vector.Host.Offer.Compressions) > 0
		if needsNonce || offersMore && vector.Expect.Outcome == "v2" {
			continue
		}
		ran++
		for _, byteByByte := range []bool{false, true} {
			t.Run(vector.Name, func(t *testing.T) {
				near, far := socketPair(t)
				plugin := newPeer(t, far)
				go func() {
					// Whatever it asks: the answer is the vector's.
					plugin.next(patience)
					plugin.send(vector.Bytes, byteByByte)
				}()
				ctx, cancel := context.WithCancel(context.Background())
				defer cancel()
				if vector.Expect.Outcome == "waiting" {
					time.AfterFunc(100*time.Millisecond, cancel)
				}
				host, err := session.OpenHost(ctx, near, session.HostOptions{
					PluginName: "echo", ContractHash: vector.Host.ContractHash, Token: unhex(t, vector.Host.Token),
					MinProtocol: vector.Host.MinProtocol, OnlyVersion1: vector.Host.Offer == nil,
				})
				switch vector.Expect.Outcome {
				case "waiting":
					if !errors.Is(err, fault.Cancelled) {
						t.Errorf("it did not wait: %v", err)
					}
				case "failed":
					if !errors.Is(err, fault.Code(vector.Expect.Code)) {
						t.Errorf("error %v, want code %v", err, fault.Code(vector.Expect.Code))
					}
				default:
					if err != nil {
						t.Fatal(err)
					}
					if want := int(vector.Expect.Outcome[1] - '0'); host.Protocol() != want {
						t.Errorf("protocol %d, want %d", host.Protocol(), want)
					}
					far.Close()
					host.Close(fault.New(fault.Unavailable, "the test is over"))
				}
			})
		}
	}
	if ran < 25 {
		t.Errorf("only %d vectors ran", ran)
	}
}

func TestTokensProveThemselvesToEachOther(t *testing.T) {
	token := bytes.Repeat([]byte{7}, 32)
	for name, theirs := range map[string][]byte{"the same": token, "another": bytes.Repeat([]byte{8}, 32), "none": nil} {
		t.Run(name, func(t *testing.T) {
			near, far := socketPair(t)
			options := pluginOptions(echo{}, contractHash)
			options.Token = token
			go func() { _, _ = session.AcceptPlugin(far, options) }()
			host, err := session.OpenHost(t.Context(), near, session.HostOptions{
				PluginName: "echo", ContractHash: contractHash, Token: theirs,
			})
			if name != "the same" {
				if !errors.Is(err, fault.Unauthenticated) {
					t.Errorf("error %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			host.Close(fault.New(fault.Unavailable, "the test is over"))
		})
	}
}
