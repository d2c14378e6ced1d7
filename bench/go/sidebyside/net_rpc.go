package sidebyside

import (
	"bytes"
	"context"
	"net"
	"net/rpc"
)

// Echo is what package net/rpc serves, by reflection, as the method Echo.Bytes.
type Echo struct{}

// Bytes answers with what it is given.
func (Echo) Bytes(request []byte, response *[]byte) error {
	*response = request
	return nil
}

func serveNetRPC(listener net.Listener) error {
	server := rpc.NewServer()
	if err := server.Register(Echo{}); err != nil {
		return err
	}
	return acceptAll(listener, func(conn net.Conn) { server.ServeConn(conn) })
}

func openNetRPC(ctx context.Context, socket string) (Connection, error) {
	conn, err := dial(ctx, socket)
	if err != nil {
		return nil, err
	}
	return &netRPCConnection{client: rpc.NewClient(conn)}, nil
}

type netRPCConnection struct {
	client *rpc.Client
}

func (n *netRPCConnection) Echo(size, _ int) (func(context.Context) error, error) {
	request := bytes.Repeat([]byte("a"), size)
	return func(context.Context) error {
		var response []byte
		err := n.client.Call("Echo.Bytes", request, &response)
		if err == nil && len(response) != size {
			return lost(size, len(response))
		}
		return err
	}, nil
}
