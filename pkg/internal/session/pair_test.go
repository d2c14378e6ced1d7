package session_test

import (
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"path/filepath"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/dlahoza/pluginart/pkg/internal/wire"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const patience = 20 * time.Second

// socketPair is two ends of a Unix socket.
func socketPair(t testing.TB) (near, far net.Conn) {
	t.Helper()
	listener, err := net.Listen("unix", filepath.Join(t.TempDir(), "s"))
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	near, err = net.Dial("unix", listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	far, err = listener.Accept()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { near.Close(); far.Close() })
	return near, far
}

// peer is the other side, played by a test.
type peer struct {
	t       testing.TB
	conn    net.Conn
	decoder *wire.Decoder
}

func newPeer(t testing.TB, conn net.Conn) *peer {
	return &peer{t: t, conn: conn, decoder: wire.NewDecoder()}
}

// send writes all at once, or byte by byte.
func (p *peer) send(content []byte, byteByByte bool) {
	p.t.Helper()
	step := len(content)
	if byteByByte && len(content) < 2_000 {
		step = 1
	}
	for len(content) > 0 {
		// The other side may close in the midst of it.
		if _, err := p.conn.Write(content[:step]); err != nil {
			return
		}
		content = content[step:]
		step = min(step, len(content))
	}
}

// next is the next frame within the time; nil at the end of the connection, and where none came.
func (p *peer) next(within time.Duration) (frame *wire.Frame, ended bool) {
	p.t.Helper()
	deadline := time.Now().Add(within)
	for {
		frame, err := p.decoder.Next()
		if err != nil {
			p.t.Fatalf("the peer sent no frame: %v", err)
		}
		if frame != nil {
			kept := *frame
			kept.Metadata, kept.Body = bytes.Clone(frame.Metadata), bytes.Clone(frame.Body)
			return &kept, false
		}
		_ = p.conn.SetReadDeadline(deadline)
		n, readErr := p.conn.Read(p.decoder.Space())
		if readErr != nil {
			return nil, !errors.Is(readErr, os.ErrDeadlineExceeded) || errors.Is(readErr, io.EOF)
		}
		p.decoder.Filled(n)
	}
}
