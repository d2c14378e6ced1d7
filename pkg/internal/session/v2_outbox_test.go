package session

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/dlahoza/pluginart/pkg/internal/wire"
)

// narrowConn takes so many bytes at once as room allows, and keeps them.
type narrowConn struct {
	net.Conn
	mu    sync.Mutex
	room  int
	taken []byte
	more  chan struct{}
	// during is called while the operating system would look at what is written.
	during func()
}

func newNarrowConn(room int) *narrowConn {
	return &narrowConn{room: room, more: make(chan struct{}, 1)}
}

func (n *narrowConn) TryWrite(first, second []byte) (int, error) {
	if n.during != nil {
		n.during()
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	all := slices.Concat(first, second)
	all = all[:min(len(all), n.room)]
	n.room -= len(all)
	n.taken = append(n.taken, all...)
	return len(all), nil
}

func (n *narrowConn) WriteUntil(attempt func(write func(first, second []byte) (int, error)) bool) error {
	for !attempt(n.TryWrite) {
		if _, open := <-n.more; !open {
			return net.ErrClosed
		}
	}
	return nil
}

func (n *narrowConn) SetWriteDeadline(time.Time) error { return nil }

// widen gives room for so many bytes more.
func (n *narrowConn) widen(bytes int) {
	n.mu.Lock()
	n.room += bytes
	n.mu.Unlock()
	n.more <- struct{}{}
}

// frames are those that have left, in order: type, stream, flags where there are any.
func (n *narrowConn) frames(t *testing.T) string {
	t.Helper()
	n.mu.Lock()
	defer n.mu.Unlock()
	decoder := wire.NewDecoder()
	decoder.SetMode(wire.ModeV2)
	var found []string
	for rest := n.taken; ; {
		frame, err := decoder.Next()
		if err != nil {
			t.Fatal(err)
		}
		if frame != nil {
			found = append(found, describeFrame(frame))
			continue
		}
		if len(rest) == 0 {
			if decoder.HasPending() {
				found = append(found, "unfinished")
			}
			return strings.Join(found, " ")
		}
		taken := copy(decoder.Space(), rest)
		decoder.Filled(taken)
		rest = rest[taken:]
	}
}

func describeFrame(frame *wire.Frame) string {
	text := fmt.Sprintf("%d/%d", frame.Type, frame.Stream)
	if frame.Flags&wire.FlagCont != 0 {
		text += "+"
	}
	if frame.Flags&wire.FlagMore != 0 {
		text += "…"
	}
	return text
}

func startOutbox(t *testing.T, conn *narrowConn) *outbox {
	t.Helper()
	o := newOutbox(new(sync.Mutex), conn)
	done := make(chan struct{})
	go func() {
		defer close(done)
		o.run(func(error) {})
	}()
	t.Cleanup(func() {
		o.mu.Lock()
		o.breakOff()
		o.handOver()
		close(conn.more)
		<-done
	})
	return o
}

// settle waits until the outbox has nothing left.
func settle(t *testing.T, o *outbox) {
	t.Helper()
	o.mu.Lock()
	empty := o.whenEmpty()
	o.mu.Unlock()
	select {
	case <-empty:
	case <-time.After(20 * time.Second):
		t.Fatal("the outbox never becomes empty")
	}
}

func TestOutboxSendsControlFirstAndFragmentsLast(t *testing.T) {
	conn := newNarrowConn(1 << 30)
	o := startOutbox(t, conn)
	o.mu.Lock()
	o.send(message{frameType: wire.V2Call, stream: 1, body: make([]byte, longBytes+1)})
	o.send(message{frameType: wire.V2Call, stream: 3, body: []byte("short")})
	o.sendControl(wire.V2Ping, 7, nil)
	o.flush(false)
	settle(t, o)
	if got, want := conn.frames(t), "7/0 3/3 3/1"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestOutboxTakesTurnsWithLongMessages(t *testing.T) {
	conn := newNarrowConn(1 << 30)
	o := startOutbox(t, conn)
	o.mu.Lock()
	for _, stream := range []uint32{1, 3} {
		o.send(message{frameType: wire.V2Call, stream: stream, body: make([]byte, 2*fragmentBytes+1)})
	}
	o.flush(true)
	settle(t, o)
	if got, want := conn.frames(t), "3/1… 3/3… 3/1+… 3/3+… 3/1+ 3/3+"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestOutboxLetsShortMessagesBetweenFragments(t *testing.T) {
	conn := newNarrowConn(100)
	o := startOutbox(t, conn)
	o.mu.Lock()
	o.send(message{frameType: wire.V2Call, stream: 1, body: make([]byte, 2*fragmentBytes)})
	o.flush(true)
	o.mu.Lock()
	o.send(message{frameType: wire.V2Call, stream: 3})
	o.sendControl(wire.V2Pong, 1, nil)
	o.flush(true)
	conn.widen(1 << 30)
	settle(t, o)
	if got, want := conn.frames(t), "3/1… 8/0 3/3 3/1+"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestOutboxWritesWhatADirectWriteLeftOver(t *testing.T) {
	conn := newNarrowConn(0)
	o := startOutbox(t, conn)
	var sent []byte
	for at := range 50 {
		body := binary.LittleEndian.AppendUint64(nil, uint64(at))
		sent = wire.V2Header{PayloadBytes: len(body), Type: wire.V2Call, Stream: uint32(2*at + 1)}.Append(sent)
		sent = append(sent, body...)
		o.mu.Lock()
		o.send(message{frameType: wire.V2Call, stream: uint32(2*at + 1), body: body})
		o.flush(true)
		conn.widen(5)
	}
	conn.widen(1 << 20)
	settle(t, o)
	if !bytes.Equal(conn.taken, sent) {
		t.Errorf("%d bytes left, other than the %d that were sent", len(conn.taken), len(sent))
	}
}

func TestOutboxForgetsALongMessageThatWasAborted(t *testing.T) {
	conn := newNarrowConn(10)
	o := startOutbox(t, conn)
	body := bytes.Repeat([]byte("a"), 2*fragmentBytes)
	o.mu.Lock()
	o.send(message{frameType: wire.V2Call, stream: 1, body: body})
	o.send(message{frameType: wire.V2Call, stream: 3, body: body})
	o.flush(true)
	o.mu.Lock()
	if got := o.long.abort(3); got != abortedUnsent {
		t.Errorf("a message of which nothing left: %d", got)
	}
	o.own(1)
	if got := o.long.abort(1); got != abortedPartly {
		t.Errorf("a message of which something left: %d", got)
	}
	if got := o.long.abort(1); got != abortedNothing {
		t.Errorf("a message that was aborted already: %d", got)
	}
	clear(body)
	o.send(message{frameType: wire.V2Cancel, stream: 1})
	o.flush(false)
	conn.widen(1 << 30)
	settle(t, o)
	if got, want := conn.frames(t), "3/1… 6/1"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
	// The fragment that had begun to leave goes on as it was.
	if got := bytes.Count(conn.taken, []byte("a")); got != fragmentBytes {
		t.Errorf("%d bytes of the fragment left as they were, want %d", got, fragmentBytes)
	}
	if o.queuedBytes() != 0 {
		t.Errorf("%d bytes are counted as waiting", o.queuedBytes())
	}
}

func TestOutboxWaitsForAWriteBeforeItsMemoryMayChange(t *testing.T) {
	conn := newNarrowConn(1 << 30)
	begun, goOn := make(chan struct{}), make(chan struct{})
	var once sync.Once
	conn.during = func() {
		once.Do(func() {
			close(begun)
			<-goOn
		})
	}
	o := startOutbox(t, conn)
	o.mu.Lock()
	o.send(message{frameType: wire.V2Call, stream: 1, body: make([]byte, longBytes+1)})
	o.flush(false)
	<-begun
	owned := make(chan struct{})
	go func() {
		defer close(owned)
		o.mu.Lock()
		o.own(1)
		o.mu.Unlock()
	}()
	select {
	case <-owned:
		t.Error("the memory was said to be free in the midst of a write")
	case <-time.After(20 * time.Millisecond):
	}
	close(goOn)
	<-owned
	settle(t, o)
}

func TestOutboxLetsACallerGoWhoWritesWhatOthersQueue(t *testing.T) {
	conn := newNarrowConn(1 << 30)
	o := startOutbox(t, conn)
	stop := make(chan struct{})
	conn.during = func() {
		select {
		case <-stop:
			return
		default:
		}
		conn.mu.Lock()
		conn.room, conn.taken = 1<<30, nil
		conn.mu.Unlock()
		// As many callers would, each time that somebody writes.
		o.mu.Lock()
		o.send(message{frameType: wire.V2Call, stream: 3, body: make([]byte, 10_000)})
		o.mu.Unlock()
	}
	flushed := make(chan struct{})
	go func() {
		o.mu.Lock()
		o.send(message{frameType: wire.V2Call, stream: 1})
		o.flush(true)
		close(flushed)
	}()
	select {
	case <-flushed:
	case <-time.After(20 * time.Second):
		t.Error("the caller still writes what others queue")
	}
	close(stop)
	<-flushed
	settle(t, o)
}

func TestOutboxKnowsWhatWaits(t *testing.T) {
	conn := newNarrowConn(0)
	o := startOutbox(t, conn)
	o.mu.Lock()
	o.flush(true)
	o.mu.Lock()
	for range 3 {
		o.send(message{frameType: wire.V2Response, stream: 1, body: make([]byte, longBytes)})
	}
	o.send(message{frameType: wire.V2Response, stream: 1, body: make([]byte, longBytes+1)})
	const waiting = 3*(longBytes+wire.V2HeaderBytes) + longBytes + 1
	if got := o.queuedBytes(); got != waiting {
		t.Errorf("%d bytes wait, want %d", got, waiting)
	}
	o.breakOff()
	o.send(message{frameType: wire.V2Response, stream: 1, body: []byte("late")})
	o.sendControl(wire.V2Ping, 1, nil)
	if o.queuedBytes() != 0 || !o.isEmpty() {
		t.Error("something waits in an outbox that was broken off")
	}
	o.mu.Unlock()
}
