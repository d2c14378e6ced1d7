package session_test

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/control"
	"github.com/dlahoza/pluginart/pkg/internal/session"
	"github.com/dlahoza/pluginart/pkg/internal/vectors"
	"github.com/dlahoza/pluginart/pkg/internal/wire"
)

const contractHash = "sha256:094f99745014e0e307ad2b73394a45887059d3ce7fcda59fbd741f77e7904a14"

// echo answers with its payload.
type echo struct{}

func (echo) Handle(_ context.Context, payload []byte) ([]byte, error) { return payload, nil }

// hold waits until it is told to stop.
type hold struct{}

func (hold) Handle(ctx context.Context, _ []byte) ([]byte, error) {
	<-ctx.Done()
	return nil, ctx.Err()
}

// stuck does not return before the test is over.
type stuck chan struct{}

func (s stuck) Handle(context.Context, []byte) ([]byte, error) {
	<-s
	return nil, errors.New("the test is over")
}

type exchange struct {
	Name     string
	To       string
	Handler  string
	Calls    int
	Receives struct {
		MaxMessageBytes    int  `json:"max_message_bytes"`
		MaxConcurrentCalls *int `json:"max_concurrent_calls"`
	}
	Bytes   vectors.Bytes
	Replies []struct {
		Types  []byte
		Stream uint32
		Arg    *uint32
		Body   *vectors.Bytes
		Code   *uint16
	}
	Settles []struct {
		Stream uint32
		Body   *vectors.Bytes
		Code   uint16
	}
	Goaway uint16
}

func exchanges(t *testing.T, to string) []exchange {
	var all []exchange
	for _, file := range []string{"v2-messages.json", "v2-streams.json"} {
		for _, one := range vectors.Load[struct{ Exchanges []exchange }](t, file).Exchanges {
			if one.To == to {
				all = append(all, one)
			}
		}
	}
	return all
}

func TestExchangesWithAPlugin(t *testing.T) {
	for _, vector := range exchanges(t, "plugin") {
		for _, byteByByte := range []bool{false, true} {
			t.Run(vector.Name, func(t *testing.T) {
				never := make(stuck)
				defer close(never)
				handlers := map[string]session.Handler{"echo": echo{}, "hold": hold{}, "stuck": never}
				options := pluginOptions(handlers[vector.Handler], contractHash)
				if vector.Handler == "" {
					options.Handler = echo{}
				}
				if vector.Receives.MaxMessageBytes > 0 {
					options.MaxMessageBytes = vector.Receives.MaxMessageBytes
				}
				if vector.Receives.MaxConcurrentCalls != nil {
					options.MaxConcurrentCalls = *vector.Receives.MaxConcurrentCalls
				}
				near, far := socketPair(t)
				ended := make(chan struct{})
				go func() {
					defer close(ended)
					if plugin, err := session.AcceptPlugin(far, options); err == nil {
						<-plugin.Ended()
					}
				}()
				defer func() {
					near.Close()
					<-ended
				}()
				host := newPeer(t, near)
				shakeAsHost(t, host)
				host.send(vector.Bytes, byteByByte)
				checkReplies(t, host, &vector)
			})
		}
	}
}

func shakeAsHost(t *testing.T, host *peer) {
	t.Helper()
	request := control.NewHandshakeRequestT()
	request.ContractHash, request.PluginName = contractHash, "echo"
	request.Offer = control.NewOfferT()
	request.Offer.Versions = []uint16{2}
	body, err := control.AppendHandshakeRequest(nil, request)
	if err != nil {
		t.Fatal(err)
	}
	host.send(wire.AppendV1Frame(nil, wire.V1HandshakeRequest, body), false)
	if frame, _ := host.next(patience); frame == nil || frame.Type != wire.V1HandshakeResponse {
		t.Fatalf("the handshake failed: %v", frame)
	}
	host.decoder.SetMode(wire.ModeV2)
}

// checkReplies reads what the other side sends, and compares it with what it should.
func checkReplies(t *testing.T, from *peer, vector *exchange) {
	t.Helper()
	const probe = 4_000_000_000
	if vector.Goaway == 0 {
		from.send(wire.V2Header{Type: wire.V2Ping, Arg: probe}.Append(nil), false)
	}
	var got []*wire.Frame
	probed := vector.Goaway != 0
	for {
		if probed && vector.Goaway == 0 && len(got) >= len(vector.Replies) {
			break
		}
		frame, ended := from.next(patience)
		if ended {
			if vector.Goaway == 0 {
				t.Fatalf("the connection ended; frames so far: %v", got)
			}
			break
		}
		if frame == nil {
			t.Fatalf("nothing came; frames so far: %v", got)
		}
		switch {
		case frame.Type == wire.V2Pong && frame.Arg == probe:
			probed = true
		case frame.Type == wire.V2Goaway && vector.Goaway != 0:
			if told := decodeError(t, frame.Body); told != vector.Goaway {
				t.Errorf("GOAWAY %v, want %v", told, vector.Goaway)
			}
			got = append(got, frame)
		case frame.Type == wire.V2Ping, frame.Type == wire.V2Credit:
		case frame.Flags&wire.FlagCont != 0:
			at := slices.IndexFunc(got, func(f *wire.Frame) bool { return f.Stream == frame.Stream })
			got[at].Body = append(got[at].Body, frame.Body...)
		default:
			if frame.Flags&wire.FlagMore != 0 {
				frame.Body = frame.Body[wire.TotalBytes:]
			}
			got = append(got, frame)
		}
	}
	if frame, _ := from.next(20 * time.Millisecond); frame != nil && vector.Goaway == 0 && frame.Flags == 0 {
		got = append(got, frame)
	}
	if vector.Goaway != 0 {
		if len(got) == 0 || got[len(got)-1].Type != wire.V2Goaway {
			t.Errorf("no GOAWAY: %v", got)
			return
		}
		return
	}
	matchReplies(t, got, vector)
}

func matchReplies(t *testing.T, got []*wire.Frame, vector *exchange) {
	t.Helper()
	for _, want := range vector.Replies {
		at := slices.IndexFunc(got, func(f *wire.Frame) bool {
			return slices.Contains(want.Types, f.Type) && f.Stream == want.Stream && (want.Arg == nil || *want.Arg == f.Arg)
		})
		if at < 0 {
			t.Errorf("no reply of type %v on stream %d in %v", want.Types, want.Stream, got)
			continue
		}
		frame := got[at]
		got = slices.Delete(got, at, at+1)
		if want.Body != nil && !bytes.Equal(frame.Body, *want.Body) {
			t.Errorf("stream %d: %d bytes, want %d", want.Stream, len(frame.Body), len(*want.Body))
		}
		if want.Code != nil && frame.Type == wire.V2Error {
			if told := decodeError(t, frame.Body); told != *want.Code {
				t.Errorf("stream %d: code %v, want %v", want.Stream, told, *want.Code)
			}
		}
	}
	if len(got) > 0 {
		t.Errorf("replies that are not due: %v", got)
	}
}

func decodeError(t *testing.T, body []byte) uint16 {
	t.Helper()
	told, err := control.DecodePluginError(body)
	if err != nil {
		t.Fatal(err)
	}
	return told.Code
}

func TestExchangesWithAHost(t *testing.T) {
	for _, vector := range exchanges(t, "host") {
		for _, byteByByte := range []bool{false, true} {
			t.Run(vector.Name, func(t *testing.T) {
				near, far := socketPair(t)
				plugin := newPeer(t, far)
				shaken := make(chan struct{})
				go func() {
					defer close(shaken)
					shakeAsPlugin(t, plugin)
				}()
				options := session.HostOptions{
					PluginName: "echo", ContractHash: contractHash, MaxMessageBytes: vector.Receives.MaxMessageBytes,
				}
				host, err := session.OpenHost(t.Context(), near, options)
				<-shaken
				if err != nil {
					t.Fatal(err)
				}
				defer func() {
					far.Close()
					host.Close(fault.New(fault.Unavailable, "the test is over"))
				}()
				settled := openCalls(t, host, plugin, vector.Calls)
				plugin.send(vector.Bytes, byteByByte)
				for _, want := range vector.Settles {
					checkSettled(t, <-settled[want.Stream], want.Stream, want.Body, fault.Code(want.Code))
					delete(settled, want.Stream)
				}
				if vector.Goaway != 0 {
					checkReplies(t, plugin, &vector)
					for stream := range settled {
						checkSettled(t, <-settled[stream], stream, nil, fault.Code(vector.Goaway))
					}
					return
				}
				if vector.Name != "GOAWAY, then the answer to what was open" {
					checkReplies(t, plugin, &vector)
				}
				for stream, open := range settled {
					select {
					case ended := <-open:
						t.Errorf("stream %d ended: %v", stream, ended)
					default:
					}
				}
			})
		}
	}
}

type settlement struct {
	body []byte
	err  error
}

// openCalls opens unary calls on streams 1, 3, 5 and so on.
func openCalls(t *testing.T, host session.Host, plugin *peer, count int) map[uint32]chan settlement {
	t.Helper()
	settled := make(map[uint32]chan settlement)
	for range count {
		done := make(chan settlement, 1)
		go func() {
			body, err := host.Call(context.Background(), []byte("hello"))
			done <- settlement{body, err}
		}()
		frame, _ := plugin.next(patience)
		if frame == nil || frame.Type != wire.V2Call {
			t.Fatalf("no CALL: %v", frame)
		}
		settled[frame.Stream] = done
	}
	return settled
}

func checkSettled(t *testing.T, got settlement, stream uint32, body *vectors.Bytes, code fault.Code) {
	t.Helper()
	if body == nil {
		if !errors.Is(got.err, code) {
			t.Errorf("stream %d: error %v, want %v", stream, got.err, code)
		}
		return
	}
	if got.err != nil || !bytes.Equal(got.body, *body) {
		t.Errorf("stream %d: %x, %v, want %x", stream, got.body, got.err, []byte(*body))
	}
}

func shakeAsPlugin(t *testing.T, plugin *peer) {
	if frame, _ := plugin.next(patience); frame == nil {
		t.Error("no handshake")
		return
	}
	accept := control.NewAcceptT()
	accept.Version = 2
	body, err := control.AppendHandshakeResponse(nil, &control.HandshakeResponseT{Ok: true, Accept: accept})
	if err != nil {
		t.Error(err)
	}
	plugin.send(wire.AppendV1Frame(nil, wire.V1HandshakeResponse, body), false)
	plugin.decoder.SetMode(wire.ModeV2)
}
