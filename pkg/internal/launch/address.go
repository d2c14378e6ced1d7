package launch

import (
	"net"
	"strconv"
)

// Address is where a plugin listens: Path of a Unix socket, or Host and Port.
type Address struct {
	Path string
	Host string
	Port int
}

// Network is "unix" or "tcp", as package net names them.
func (a Address) Network() string {
	if a.Path != "" {
		return "unix"
	}
	return "tcp"
}

// Target is the address as package net takes it, and as a plugin is told it.
func (a Address) Target() string {
	if a.Path != "" {
		return a.Path
	}
	return net.JoinHostPort(a.Host, strconv.Itoa(a.Port))
}

// String is `unix:/tmp/pluginart-x/echo-1.sock` or `127.0.0.1:9000`, for messages to people.
func (a Address) String() string {
	if a.Path != "" {
		return "unix:" + a.Path
	}
	return a.Target()
}
