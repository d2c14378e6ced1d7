// Package transport makes and accepts connections. It is the only room with sockets.
package transport

import (
	"context"
	"net"

	"github.com/dlahoza/pluginart/pkg/fault"
)

// DialUnix connects to a Unix socket. Errors are *fault.Error with the code UNAVAILABLE, and what the operating system
// said as the cause.
func DialUnix(ctx context.Context, path string) (net.Conn, error) { return dial(ctx, "unix", path) }

// DialTCP connects to host:port. Errors are as those of DialUnix.
func DialTCP(ctx context.Context, address string) (net.Conn, error) { return dial(ctx, "tcp", address) }

func dial(ctx context.Context, network, address string) (net.Conn, error) {
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, network, address)
	if err != nil {
		return nil, fault.Newf(fault.Unavailable, "cannot connect to %s:%s: %w", network, address, err)
	}
	return Direct(conn), nil
}
