// Package sidebyside measures ways of getting bytes to another process and back, in one run.
package sidebyside

import (
	"context"
	"net"
)

// Contestant is one way. Its client is in one process, its server in another.
type Contestant struct {
	Name string
	// Serve answers on the listener, as long as the process lasts.
	Serve func(listener net.Listener) error
	// Open connects to the server, once.
	Open func(ctx context.Context, socket string) (Connection, error)
}

// Connection makes messages that can be sent again and again.
type Connection interface {
	// Echo prepares messages of this many bytes of payload, for so many callers at once. What it returns sends one and waits
	// until it is back; it fails where not all of it came back.
	Echo(bytes, callers int) (call func(ctx context.Context) error, err error)
}

// Contestants are all, in the order of the table.
var Contestants = []Contestant{
	{Name: rawName, Serve: serveRaw, Open: openRaw},
	{Name: wholeName, Serve: serveWhole, Open: openWhole},
	{Name: oursName, Serve: servePluginart, Open: openPluginart},
	{Name: typedName, Serve: serveTyped, Open: openTyped},
	{Name: grpcName, Serve: serveGRPC, Open: openGRPC},
	{Name: netRPCName, Serve: serveNetRPC, Open: openNetRPC},
}

const (
	rawName    = "raw socket"
	wholeName  = "raw socket, whole"
	oursName   = "pluginart raw"
	typedName  = "pluginart typed"
	grpcName   = "gRPC-Go"
	netRPCName = "net/rpc"
)

// Find is the contestant with a name; nil = none has it.
func Find(name string) *Contestant {
	for index := range Contestants {
		if Contestants[index].Name == name {
			return &Contestants[index]
		}
	}
	return nil
}

// acceptAll hands every connection to a function, in a goroutine of its own.
func acceptAll(listener net.Listener, serve func(net.Conn)) error {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return err
		}
		go func() {
			defer conn.Close()
			serve(conn)
		}()
	}
}
