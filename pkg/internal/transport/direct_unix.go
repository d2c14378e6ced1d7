//go:build unix

package transport

import (
	"errors"
	"net"
	"syscall"
)

// socket is a connection of the operating system.
type socket interface {
	syscall.Conn
	CloseWrite() error
}

type directConn struct {
	net.Conn
	socket
	raw syscall.RawConn
	// The arguments and results of attempt, which is made once: a closure for each write would be garbage.
	bytes   []byte
	written int
	err     error
	attempt func(descriptor uintptr) bool
}

func newDirect(conn net.Conn, socket socket) net.Conn {
	raw, err := socket.SyscallConn()
	if err != nil {
		return conn
	}
	d := &directConn{Conn: conn, socket: socket, raw: raw}
	d.attempt = func(descriptor uintptr) bool {
		d.written, d.err = syscall.Write(int(descriptor), d.bytes)
		return true
	}
	return d
}

// TryWrite writes what the operating system takes at once. It is for one goroutine at a time.
func (d *directConn) TryWrite(bytes []byte) (int, error) {
	d.bytes, d.written = bytes, 0
	err := d.raw.Write(d.attempt)
	d.bytes = nil
	if err == nil {
		err = d.err
	}
	if errors.Is(err, syscall.EAGAIN) || errors.Is(err, syscall.EINTR) {
		err = nil
	}
	return max(d.written, 0), err
}
