package sidebyside

import (
	"bytes"
	"context"
	"net"
	"strings"

	"github.com/dlahoza/pluginart/bench/go/generated/echo"
	"github.com/dlahoza/pluginart/pkg/protocol"
)

// RawContract stands for the schema that raw calls do not have: both sides have to name the same all the same.
var RawContract = "sha256:" + strings.Repeat("0", 64)

// EchoRaw answers with its payload.
var EchoRaw = protocol.HandlerFunc(func(_ context.Context, payload []byte) ([]byte, error) { return payload, nil })

func servePluginart(listener net.Listener) error {
	return protocol.NewServer(listener, EchoRaw, RawContract, protocol.WithReusedPayloads()).Serve()
}

func openPluginart(ctx context.Context, socket string) (Connection, error) {
	client, err := connect(ctx, socket, RawContract)
	return &rawCalls{client: client}, err
}

func connect(ctx context.Context, socket, contractHash string) (*protocol.Client, error) {
	conn, err := dial(ctx, socket)
	if err != nil {
		return nil, err
	}
	return protocol.ConnectContext(ctx, conn, "echo", contractHash)
}

type rawCalls struct {
	client *protocol.Client
}

func (r *rawCalls) Echo(size, _ int) (func(context.Context) error, error) {
	payload := bytes.Repeat([]byte("a"), size)
	return func(ctx context.Context) error {
		answer, err := r.client.Call(ctx, payload)
		if err == nil && len(answer) != size {
			return lost(size, len(answer))
		}
		return err
	}, nil
}

// echoService answers with its input.
type echoService struct{}

func (echoService) Echo(_ context.Context, request *echo.EchoRequestT) (*echo.EchoResponseT, error) {
	return &echo.EchoResponseT{Output: request.Input}, nil
}

func serveTyped(listener net.Listener) error {
	return protocol.NewServer(listener, echo.NewHandler(echoService{}), echo.ContractHash).Serve()
}

func openTyped(ctx context.Context, socket string) (Connection, error) {
	client, err := connect(ctx, socket, echo.ContractHash)
	if err != nil {
		return nil, err
	}
	return &typedCalls{client: echo.NewTypedClient(client, "echo")}, nil
}

type typedCalls struct {
	client *echo.TypedClient
}

func (t *typedCalls) Echo(size, _ int) (func(context.Context) error, error) {
	request := &echo.EchoRequestT{Input: strings.Repeat("a", size)}
	return func(ctx context.Context) error {
		response, err := t.client.Echo(ctx, request)
		if err == nil && len(response.Output) != size {
			return lost(size, len(response.Output))
		}
		return err
	}, nil
}
