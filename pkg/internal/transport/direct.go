package transport

import "net"

// Direct adds TryWrite to connections of the operating system: a write that never waits for the peer. Others are
// returned as they are.
func Direct(conn net.Conn) net.Conn {
	switch socket := conn.(type) {
	case *net.UnixConn:
		return newDirect(conn, socket)
	case *net.TCPConn:
		return newDirect(conn, socket)
	}
	return conn
}
