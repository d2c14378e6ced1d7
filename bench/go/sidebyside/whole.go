package sidebyside

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
)

// serveWhole is the least that a call is: a length before each message, which is whole, and in memory of its own, before
// anybody sees it.
func serveWhole(listener net.Listener) error {
	return acceptAll(listener, func(conn net.Conn) {
		reader := bufio.NewReaderSize(conn, 64<<10)
		for {
			message, err := readWhole(reader)
			if err != nil {
				return
			}
			if err := writeWhole(conn, message); err != nil {
				return
			}
		}
	})
}

func writeWhole(conn net.Conn, message []byte) error {
	header := binary.LittleEndian.AppendUint32(make([]byte, 0, 4), uint32(len(message)))
	_, err := (&net.Buffers{header, message}).WriteTo(conn)
	return err
}

func readWhole(reader io.Reader) ([]byte, error) {
	var header [4]byte
	if _, err := io.ReadFull(reader, header[:]); err != nil {
		return nil, err
	}
	message := make([]byte, binary.LittleEndian.Uint32(header[:]))
	_, err := io.ReadFull(reader, message)
	return message, err
}

func openWhole(ctx context.Context, socket string) (Connection, error) {
	conn, err := dial(ctx, socket)
	return &wholeConnection{conn: conn}, err
}

type wholeConnection struct {
	conn net.Conn
}

func (w *wholeConnection) Echo(size, callers int) (func(context.Context) error, error) {
	payload := bytes.Repeat([]byte("a"), size)
	reader := bufio.NewReaderSize(w.conn, 64<<10)
	send := func() error { return writeWhole(w.conn, payload) }
	receive := func() error {
		answer, err := readWhole(reader)
		if err == nil && len(answer) != size {
			return lost(size, len(answer))
		}
		return err
	}
	if callers > 1 {
		return inTurn(w.conn, send, receive), nil
	}
	return func(context.Context) error {
		if err := send(); err != nil {
			return err
		}
		return receive()
	}, nil
}

func lost(sent, received int) error {
	return fmt.Errorf("%d bytes were sent, %d came back", sent, received)
}
