package session_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"path/filepath"
	"testing"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/control"
	"github.com/dlahoza/pluginart/pkg/internal/mutation"
	"github.com/dlahoza/pluginart/pkg/internal/session"
	"github.com/dlahoza/pluginart/pkg/internal/vectors"
	"github.com/dlahoza/pluginart/pkg/internal/wire"
)

// roundCost: a round is a whole connection.
const roundCost = 50

// damage is what a peer sends that has gone wrong: its handshake, now and then, and what follows it.
type damage struct {
	handshake, rest []byte
}

// damaged makes one of a version's handshake and of the bytes of its vectors.
func damaged(handshake []byte, streams [][]byte, random *rand.Rand) damage {
	var rest []byte
	for range 1 + random.IntN(3) {
		rest = append(rest, mutation.Pick(streams, random)...)
	}
	if random.IntN(8) == 0 {
		handshake = mutation.Of(handshake, random)
	}
	return damage{handshake: handshake, rest: mutation.Of(rest, random)}
}

// vectorStreams are the bytes of the vectors of a version that this role receives, but for long ones.
func vectorStreams(t *testing.T, version int, to string) (streams [][]byte) {
	add := func(content []byte) {
		if len(content) < 2_000 {
			streams = append(streams, content)
		}
	}
	if version == 2 {
		for _, one := range exchanges(t, to) {
			add(one.Bytes)
		}
		return streams
	}
	for _, vector := range vectors.Load[struct {
		Frames []struct {
			Mode  string
			Bytes vectors.Bytes
		}
	}](t, "v1-frames.json").Frames {
		if vector.Mode == "v1" {
			add(vector.Bytes)
		}
	}
	return streams
}

// pairs makes connected sockets, one pair after the other.
func pairs(t *testing.T) func() (near, far net.Conn) {
	listener, err := net.Listen("unix", filepath.Join(t.TempDir(), "s"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	return func() (near, far net.Conn) {
		near, err := net.Dial("unix", listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		if far, err = listener.Accept(); err != nil {
			t.Fatal(err)
		}
		return near, far
	}
}

// play sends what is damaged: the handshake when the other side waits for it, the rest when that has answered.
func (d damage) play(conn net.Conn, introducesItself bool) {
	received := make([]byte, 4_096)
	_ = conn.SetDeadline(time.Now().Add(20 * time.Millisecond))
	if introducesItself {
		_, _ = conn.Write(d.handshake)
		_, _ = conn.Read(received)
	} else {
		_, _ = conn.Read(received)
		_, _ = conn.Write(d.handshake)
	}
	_ = conn.SetDeadline(time.Now().Add(20 * time.Millisecond))
	_, _ = conn.Write(d.rest)
	// It may still say why it does not like that.
	_ = conn.SetDeadline(time.Now().Add(time.Millisecond))
	_, _ = conn.Read(received)
	conn.Close()
}

func checkFailure(t *testing.T, err error) {
	known, ok := errors.AsType[*fault.Error](err)
	switch {
	case !ok:
		t.Errorf("an error without a type: %v", err)
	case !known.Code.IsKnown():
		t.Errorf("an unknown code: %v", err)
	case known.Code == fault.Internal && known.Origin != fault.Remote:
		// A peer may say INTERNAL; this side has no reason to.
		t.Errorf("it blames itself: %v", err)
	}
}

func TestMutatedConnectionsOfAPlugin(t *testing.T) {
	for version := 1; version <= 2; version++ {
		streams, connect := vectorStreams(t, version, "plugin"), pairs(t)
		request := &control.HandshakeRequestT{ContractHash: contractHash, PluginName: "peer", ProtocolVersion: 1}
		if version == 2 {
			request.Offer = control.NewOfferT()
			request.Offer.Versions = []uint16{2}
		}
		body, err := control.AppendHandshakeRequest(nil, request)
		if err != nil {
			t.Fatal(err)
		}
		handshake := wire.AppendV1Frame(nil, wire.V1HandshakeRequest, body)
		mutation.Run(t, mutation.Rounds(t, roundCost), func(_ int, random *rand.Rand) bool {
			near, far := connect()
			options := pluginOptions(echo{}, contractHash)
			loss := make(chan *fault.Error, 1)
			options.OnLost = func(err *fault.Error) { loss <- err }
			ended := make(chan error, 1)
			go func() {
				plugin, err := session.AcceptPlugin(far, options)
				if err == nil {
					<-plugin.Ended()
				}
				ended <- err
			}()
			damaged(handshake, streams, random).play(near, true)
			err := <-ended
			if err == nil {
				err = error(<-loss)
			}
			checkFailure(t, err)
			// Where nothing else was wrong, it is the end of the connection that is told.
			return errors.Is(err, fault.Unavailable)
		})
	}
}

func TestMutatedConnectionsOfAHost(t *testing.T) {
	for version := 1; version <= 2; version++ {
		streams, connect := vectorStreams(t, version, "host"), pairs(t)
		response := &control.HandshakeResponseT{Ok: true}
		if version == 2 {
			response.Accept = control.NewAcceptT()
			response.Accept.Version = 2
		}
		body, err := control.AppendHandshakeResponse(nil, response)
		if err != nil {
			t.Fatal(err)
		}
		handshake := wire.AppendV1Frame(nil, wire.V1HandshakeResponse, body)
		mutation.Run(t, mutation.Rounds(t, roundCost), func(_ int, random *rand.Rand) bool {
			near, far := connect()
			played := make(chan struct{})
			go func() {
				defer close(played)
				damaged(handshake, streams, random).play(far, false)
			}()
			defer func() { <-played }()
			host, err := session.OpenHost(t.Context(), near, session.HostOptions{PluginName: "peer", ContractHash: contractHash})
			if err != nil {
				checkFailure(t, err)
				return false
			}
			defer host.Close(fault.New(fault.Unavailable, "the round is over"))
			_, err = host.Call(context.Background(), []byte("hello"))
			if err == nil {
				return true
			}
			checkFailure(t, err)
			return errors.Is(err, fault.Unavailable)
		})
	}
}
