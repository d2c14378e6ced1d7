package transport

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"syscall"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
)

// MaxSocketPathBytes is the longest path of a Unix socket (S1): some systems take no more.
const MaxSocketPathBytes = 100

// ListenUnix listens on a Unix socket that only its owner may use. A socket file that nobody listens on any more is
// replaced. Errors are *fault.Error with the code UNAVAILABLE.
func ListenUnix(path string) (net.Listener, error) {
	if len(path) > MaxSocketPathBytes {
		return nil, fault.Newf(fault.Unavailable,
			"cannot listen on unix:%s: the path is %d bytes long, at most %d are possible", path, len(path), MaxSocketPathBytes)
	}
	removeAbandoned(path)
	listener, err := net.Listen("unix", path)
	if err != nil {
		return nil, cannotListen("unix:"+path, err)
	}
	if err := os.Chmod(path, 0o600); err != nil {
		listener.Close()
		return nil, cannotListen("unix:"+path, err)
	}
	return listener, nil
}

// ListenTCP listens on host:port; port 0 is any that is free. Errors are as those of ListenUnix.
func ListenTCP(address string) (net.Listener, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, cannotListen(address, err)
	}
	return listener, nil
}

func cannotListen(where string, err error) error {
	if errors.Is(err, syscall.EADDRINUSE) {
		return fault.Newf(fault.Unavailable, "cannot listen on %s: it is in use: %w", where, err)
	}
	return fault.Newf(fault.Unavailable, "cannot listen on %s: %w", where, err)
}

// removeAbandoned deletes a socket file that nobody listens on, and nothing else (S7).
func removeAbandoned(path string) {
	info, err := os.Lstat(path)
	if err != nil || info.Mode().Type() != fs.ModeSocket {
		return
	}
	conn, err := net.DialTimeout("unix", path, time.Second)
	if err == nil {
		conn.Close()
		return
	}
	if errors.Is(err, syscall.ECONNREFUSED) {
		_ = os.Remove(path)
	}
}
