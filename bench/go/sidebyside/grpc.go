package sidebyside

import (
	"bytes"
	"context"
	"net"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

const (
	grpcMethod       = "/bench.Echo/Echo"
	grpcMessageBytes = 8 << 20
	// grpcWindowBytes are more than a message, so that flow control does not stop it half-way.
	grpcWindowBytes = 8 << 20
)

// grpcDescription is a service with a method that takes and returns a message with one field of bytes.
var grpcDescription = grpc.ServiceDesc{
	ServiceName: "bench.Echo",
	HandlerType: (*any)(nil),
	Methods: []grpc.MethodDesc{{MethodName: "Echo", Handler: func(
		_ any, _ context.Context, decode func(any) error, _ grpc.UnaryServerInterceptor,
	) (any, error) {
		request := &wrapperspb.BytesValue{}
		if err := decode(request); err != nil {
			return nil, err
		}
		return wrapperspb.Bytes(request.Value), nil
	}}},
}

func serveGRPC(listener net.Listener) error {
	server := grpc.NewServer(grpc.MaxRecvMsgSize(grpcMessageBytes),
		grpc.InitialWindowSize(grpcWindowBytes), grpc.InitialConnWindowSize(grpcWindowBytes))
	server.RegisterService(&grpcDescription, nil)
	return server.Serve(listener)
}

func openGRPC(_ context.Context, socket string) (Connection, error) {
	client, err := grpc.NewClient("unix:"+socket, grpc.WithTransportCredentials(insecure.NewCredentials()), grpc.WithDisableRetry(),
		grpc.WithInitialWindowSize(grpcWindowBytes), grpc.WithInitialConnWindowSize(grpcWindowBytes),
		grpc.WithDefaultCallOptions(grpc.MaxCallRecvMsgSize(grpcMessageBytes)))
	return &grpcConnection{client: client}, err
}

type grpcConnection struct {
	client *grpc.ClientConn
}

func (g *grpcConnection) Echo(size, _ int) (func(context.Context) error, error) {
	request := wrapperspb.Bytes(bytes.Repeat([]byte("a"), size))
	return func(ctx context.Context) error {
		response := &wrapperspb.BytesValue{}
		err := g.client.Invoke(ctx, grpcMethod, request, response)
		if err == nil && len(response.Value) != size {
			return lost(size, len(response.Value))
		}
		return err
	}, nil
}
