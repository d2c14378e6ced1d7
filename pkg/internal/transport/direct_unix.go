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

// sendBufferBytes is what a Unix socket may hold that the peer has not taken (V2-Q2); the system may allow less. TCP
// finds its own measure.
const sendBufferBytes = 1_048_576

type directConn struct {
	net.Conn
	socket
	raw syscall.RawConn
	// The arguments and results of the functions below, which are made once: a closure for each write would be garbage.
	descriptor    int
	first, second []byte
	written       int
	err           error
	once          func(descriptor uintptr) bool
	attempt       func(write func(first, second []byte) (int, error)) bool
	until         func(descriptor uintptr) bool
}

func newDirect(conn net.Conn, socket socket) net.Conn {
	raw, err := socket.SyscallConn()
	if err != nil {
		return conn
	}
	if unix, ok := conn.(*net.UnixConn); ok {
		_ = unix.SetWriteBuffer(sendBufferBytes)
	}
	d := &directConn{Conn: conn, socket: socket, raw: raw}
	write := d.write
	d.once = func(descriptor uintptr) bool {
		d.descriptor = int(descriptor)
		d.written, d.err = d.write(d.first, d.second)
		return true
	}
	d.until = func(descriptor uintptr) bool {
		d.descriptor = int(descriptor)
		return d.attempt(write)
	}
	return d
}

// TryWrite writes what the operating system takes at once of two pieces, one after the other. It and WriteUntil are for
// one goroutine at a time.
func (d *directConn) TryWrite(first, second []byte) (int, error) {
	d.first, d.second, d.written, d.err = first, second, 0, nil
	err := d.raw.Write(d.once)
	d.first, d.second = nil, nil
	if err == nil {
		err = d.err
	}
	return d.written, err
}

// WriteUntil calls attempt, and calls it again each time that the operating system may take more, until it returns true.
// attempt gets a function that does what TryWrite does. Errors are those of waiting: the connection was closed, or its
// deadline for writes has passed.
func (d *directConn) WriteUntil(attempt func(write func(first, second []byte) (int, error)) bool) error {
	d.attempt = attempt
	return d.raw.Write(d.until)
}

func (d *directConn) write(first, second []byte) (int, error) {
	written, err := d.writePiece(first)
	if err == nil && written == len(first) && len(second) > 0 {
		var more int
		more, err = d.writePiece(second)
		written += more
	}
	return written, err
}

// writePiece stops where the operating system takes no more.
func (d *directConn) writePiece(bytes []byte) (int, error) {
	written := 0
	for written < len(bytes) {
		n, err := syscall.Write(d.descriptor, bytes[written:])
		written += max(n, 0)
		switch {
		case err == nil, errors.Is(err, syscall.EINTR):
		case errors.Is(err, syscall.EAGAIN):
			return written, nil
		default:
			return written, err
		}
	}
	return written, nil
}
