package supervise

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"syscall"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/launch"
	"github.com/dlahoza/pluginart/pkg/internal/transport"
)

const (
	// dialPatience: some plugins print READY a moment before they listen.
	dialPatience = 300 * time.Millisecond
	dialRetry    = 20 * time.Millisecond
)

// dial connects to a plugin. It fails with UNAVAILABLE, saying why, or CANCELLED by the context.
func dial(ctx context.Context, address launch.Address, timeout time.Duration) (net.Conn, *fault.Error) {
	limited, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	connect := transport.DialTCP
	if address.Network() == "unix" {
		connect = transport.DialUnix
	}
	connection, err := connect(limited, address.Target())
	if err == nil {
		return connection, nil
	}
	if ctx.Err() != nil {
		return nil, &fault.Error{
			Code: fault.Cancelled, Message: fmt.Sprintf("connecting to %s was cancelled", address), Cause: context.Cause(ctx),
		}
	}
	return nil, &fault.Error{
		Code: fault.Unavailable, Message: fmt.Sprintf("cannot connect to %s: %s", address, whyUnreachable(err, timeout)),
		Cause: err, RetrySafe: true,
	}
}

// dialReady is for a plugin that has just said READY: it fails when nobody has listened for a third of a second.
func dialReady(ctx context.Context, address launch.Address, timeout time.Duration) (net.Conn, *fault.Error) {
	giveUp := time.Now().Add(dialPatience)
	for {
		connection, err := dial(ctx, address, timeout)
		if err == nil || !nobodyListens(err) || time.Now().After(giveUp) {
			return connection, err
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(dialRetry):
		}
	}
}

func nobodyListens(err error) bool {
	return errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, fs.ErrNotExist)
}

func whyUnreachable(err error, timeout time.Duration) string {
	lookup, isLookup := errors.AsType[*net.DNSError](err)
	timedOut, isNet := errors.AsType[net.Error](err)
	switch {
	case errors.Is(err, syscall.ECONNREFUSED):
		return "nobody listens there (ECONNREFUSED)"
	case errors.Is(err, fs.ErrNotExist):
		return "there is no such socket (ENOENT)"
	case errors.Is(err, fs.ErrPermission):
		return "permission denied (EACCES)"
	case isLookup && lookup.IsNotFound:
		return "the host name is not known"
	case isNet && timedOut.Timeout():
		return fmt.Sprintf("no answer within %v", timeout.Round(time.Millisecond))
	}
	return fmt.Sprint(errors.Unwrap(err))
}
