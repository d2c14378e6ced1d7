package session_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"os"
	"runtime"
	"slices"
	"testing"
	"time"

	"github.com/dlahoza/pluginart/pkg/internal/control"
	"github.com/dlahoza/pluginart/pkg/internal/session"
	"github.com/dlahoza/pluginart/pkg/internal/wire"
)

// handlerFunc is a function as a handler.
type handlerFunc func(ctx context.Context, payload []byte) ([]byte, error)

func (f handlerFunc) Handle(ctx context.Context, payload []byte) ([]byte, error) {
	return f(ctx, payload)
}

// hostOf is a host played by the test, introduced to a plugin in the protocol version.
func hostOf(t *testing.T, version int, handler session.Handler) *peer {
	t.Helper()
	near, far := socketPair(t)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if plugin, err := session.AcceptPlugin(far, pluginOptions(handler, contractHash)); err == nil {
			<-plugin.Ended()
		}
	}()
	t.Cleanup(func() {
		near.Close()
		<-ended
	})
	host := newPeer(t, near)
	if version == 2 {
		shakeAsHost(t, host)
		return host
	}
	request := &control.HandshakeRequestT{ContractHash: contractHash, PluginName: "echo", ProtocolVersion: 1}
	body, err := control.AppendHandshakeRequest(nil, request)
	if err != nil {
		t.Fatal(err)
	}
	host.send(wire.AppendV1Frame(nil, wire.V1HandshakeRequest, body), false)
	host.expect(wire.V1HandshakeResponse)
	host.decoder.SetMode(wire.ModeV1)
	return host
}

// expect is the next frame, which has to be of this type.
func (p *peer) expect(frameType byte) *wire.Frame {
	p.t.Helper()
	frame, ended := p.next(patience)
	if frame == nil || frame.Type != frameType {
		p.t.Fatalf("got %v, ended: %v; want type %d", frame, ended, frameType)
	}
	return frame
}

func v1Call(payload string) []byte {
	return wire.AppendV1Frame(nil, wire.V1CallRequest, []byte(payload))
}

func v2Frame(header wire.V2Header, body []byte) []byte {
	header.PayloadBytes = len(body)
	return append(header.Append(nil), body...)
}

func TestTenThousandCallsInOneWriteBehindASlowOne(t *testing.T) {
	host := hostOf(t, 1, handlerFunc(func(_ context.Context, payload []byte) ([]byte, error) {
		if string(payload) == "slow" {
			time.Sleep(50 * time.Millisecond)
		}
		return payload, nil
	}))
	const count = 10_000
	go host.send(append(v1Call("slow"), bytes.Repeat(v1Call("x"), count)...), false)
	if first := host.expect(wire.V1CallResponse); string(first.Body) != "slow" {
		t.Errorf("the first answer is %q", first.Body)
	}
	for range count {
		if answer := host.expect(wire.V1CallResponse); string(answer.Body) != "x" {
			t.Fatalf("an answer is %q", answer.Body)
		}
	}
}

// V1-C5: no host of ours sends Cancel in version 1.
func TestVersion1CancelTellsTheHandlerAndTheCallIsAnsweredOnce(t *testing.T) {
	begun := make(chan struct{})
	host := hostOf(t, 1, handlerFunc(func(ctx context.Context, payload []byte) ([]byte, error) {
		if string(payload) != "hold" {
			return payload, nil
		}
		close(begun)
		<-ctx.Done()
		return nil, ctx.Err()
	}))
	cancel := wire.AppendV1Frame(nil, wire.V1Cancel, nil)
	host.send(append(slices.Clone(cancel), v1Call("hold")...), false)
	<-begun
	host.send(append(cancel, v1Call("next")...), false)
	if code := decodeError(t, host.expect(wire.V1PluginError).Body); code != 1 {
		t.Errorf("code %d", code)
	}
	if next := host.expect(wire.V1CallResponse); string(next.Body) != "next" {
		t.Errorf("the next answer is %q", next.Body)
	}
}

func TestAVersion1HostThatDoesNotReadIsHeldBack(t *testing.T) {
	host := hostOf(t, 1, echo{})
	call := wire.AppendV1Frame(nil, wire.V1CallRequest, make([]byte, 1<<20))
	_ = host.conn.SetWriteDeadline(time.Now().Add(2 * time.Second))
	taken := 0
	for taken < 200<<20 {
		written, err := host.conn.Write(call)
		taken += written
		if errors.Is(err, os.ErrDeadlineExceeded) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if taken > 50<<20 {
		t.Errorf("%d bytes were taken, whose answers nobody reads", taken)
	}
}

// V2-S5.
func TestEachCallHasOneTerminalHoweverItWasCancelled(t *testing.T) {
	host := hostOf(t, 2, hold{})
	const count = 100
	var calls, next []byte
	for stream := uint32(1); stream < 2*count; stream += 2 {
		calls = append(calls, v2Frame(wire.V2Header{Type: wire.V2Call, Stream: stream}, []byte("x"))...)
		for range 1 + stream%3 {
			calls = append(calls, v2Frame(wire.V2Header{Type: wire.V2Cancel, Stream: stream}, nil)...)
		}
		next = append(next, v2Frame(wire.V2Header{Type: wire.V2Call, Stream: 1_000 + stream}, []byte("x"))...)
	}
	host.send(calls, false)
	terminals := map[uint32]int{}
	for len(terminals) < count {
		terminals[host.expect(wire.V2Error).Stream]++
	}
	// All slots are free again, and nothing more comes for the old calls.
	host.send(append(next, v2Frame(wire.V2Header{Type: wire.V2Ping, Arg: 7}, nil)...), false)
	if pong := host.expect(wire.V2Pong); pong.Arg != 7 {
		t.Errorf("it answers ping %d", pong.Arg)
	}
	for stream, times := range terminals {
		if times != 1 {
			t.Errorf("%d terminals on stream %d", times, stream)
		}
	}
}

// V2-Q4. Answers of calls wait with those, and are at most as many as may be open (V2-S11).
func TestAHostThatSendsAndReadsNothingIsCutOffBeforeItCostsMuch(t *testing.T) {
	begun := v2Frame(wire.V2Header{Type: wire.V2Call, Stream: 1, Flags: wire.FlagMore}, binary.LittleEndian.AppendUint64(nil, 9))
	givenUp := append(begun, v2Frame(wire.V2Header{Type: wire.V2Cancel, Stream: 1}, nil)...)
	repeated := func(frame []byte) func() []byte {
		many := bytes.Repeat(frame, 10_000)
		return func() []byte { return many }
	}
	for what, more := range map[string]func() []byte{
		"PINGs":                       repeated(v2Frame(wire.V2Header{Type: wire.V2Ping, Arg: 1}, nil)),
		"DESCRIBEs":                   repeated(v2Frame(wire.V2Header{Type: wire.V2Describe, Stream: 1}, nil)),
		"calls given up on half sent": repeated(givenUp),
	} {
		t.Run(what, func(t *testing.T) {
			host := hostOf(t, 2, echo{})
			_ = host.conn.SetWriteDeadline(time.Now().Add(3 * patience))
			before := heapBytes()
			for {
				if _, err := host.conn.Write(more()); errors.Is(err, os.ErrDeadlineExceeded) {
					t.Fatal("it is not cut off")
				} else if err != nil {
					break
				}
			}
			if grown := heapBytes() - before; grown > 400<<20 {
				t.Errorf("it has cost %d MiB", grown>>20)
			}
		})
	}
}

// heapBytes is what this process has got from the system for its heap, and never gives back within a test.
func heapBytes() int64 {
	var statistics runtime.MemStats
	runtime.ReadMemStats(&statistics)
	return int64(statistics.HeapSys)
}
