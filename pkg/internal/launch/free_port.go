package launch

import (
	"net"
	"time"
)

// loopback is where plugins listen with TCP.
const loopback = "127.0.0.1"

const listeningTimeout = 500 * time.Millisecond

// freePort is a port of 127.0.0.1 that was free a moment ago; somebody may still take it before the plugin does.
func freePort() (int, error) {
	listener, err := net.Listen("tcp", loopback+":0")
	if err != nil {
		return 0, err
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}

// isListening reports whether somebody accepts connections there, to say why a plugin is not ready.
func isListening(address Address) bool {
	connection, err := net.DialTimeout(address.Network(), address.Target(), listeningTimeout)
	if err != nil {
		return false
	}
	connection.Close()
	return true
}
