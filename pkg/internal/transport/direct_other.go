//go:build !unix

package transport

import "net"

// newDirect changes nothing where sockets cannot be written to without waiting.
func newDirect(conn net.Conn, _ any) net.Conn { return conn }
