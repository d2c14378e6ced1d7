package sidebyside

import (
	"bytes"
	"context"
	"io"
	"net"
	"sync"
)

const rawReadBytes = 256 << 10

// serveRaw sends bytes back as they come: the first while the last are still on their way.
func serveRaw(listener net.Listener) error {
	return acceptAll(listener, func(conn net.Conn) {
		buffer := make([]byte, rawReadBytes)
		for {
			n, err := conn.Read(buffer)
			if err != nil {
				return
			}
			if _, err := conn.Write(buffer[:n]); err != nil {
				return
			}
		}
	})
}

func openRaw(ctx context.Context, socket string) (Connection, error) {
	conn, err := dial(ctx, socket)
	return &rawConnection{conn: conn}, err
}

func dial(ctx context.Context, socket string) (net.Conn, error) {
	return (&net.Dialer{}).DialContext(ctx, "unix", socket)
}

// rawConnection has bytes and nothing else: answers are told apart by counting.
type rawConnection struct {
	conn net.Conn
}

func (r *rawConnection) Echo(size, callers int) (func(context.Context) error, error) {
	payload := bytes.Repeat([]byte("a"), size)
	if callers > 1 {
		return inTurn(r.conn, func() error {
			_, err := r.conn.Write(payload)
			return err
		}, func() func() error {
			answer := make([]byte, size)
			return func() error {
				_, err := io.ReadFull(r.conn, answer)
				return err
			}
		}()), nil
	}
	answer := make([]byte, size)
	if size <= rawReadBytes/4 {
		return func(context.Context) error {
			if _, err := r.conn.Write(payload); err != nil {
				return err
			}
			_, err := io.ReadFull(r.conn, answer)
			return err
		}, nil
	}
	// Neither side has room for all of it, so it has to be read while it is still being written.
	return func(context.Context) error {
		written := make(chan error, 1)
		go func() {
			_, err := r.conn.Write(payload)
			written <- err
		}()
		if _, err := io.ReadFull(r.conn, answer); err != nil {
			return err
		}
		return <-written
	}, nil
}

// inTurn lets many callers share a connection whose answers come in the order of the questions: send and receive are each
// called by one at a time.
func inTurn(conn net.Conn, send, receive func() error) func(context.Context) error {
	var mutex sync.Mutex
	const room = 1_024
	waiting := make(chan chan error, room)
	go func() {
		for caller := range waiting {
			err := receive()
			caller <- err
			if err != nil {
				conn.Close()
			}
		}
	}()
	answers := sync.Pool{New: func() any { return make(chan error, 1) }}
	return func(context.Context) error {
		answer := answers.Get().(chan error)
		mutex.Lock()
		err := send()
		if err == nil {
			waiting <- answer
		}
		mutex.Unlock()
		if err != nil {
			return err
		}
		err = <-answer
		answers.Put(answer)
		return err
	}
}
