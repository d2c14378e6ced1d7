package protocol

import (
	"net"
	"sync"
)

// InMemory is a client and the handler that it calls, in one process and without a socket: for tests of handlers. Both
// ends go through the whole protocol. The returned function closes both.
func InMemory(handler Handler, contractHash string, options ...ServerOption) (*Client, func(), error) {
	near, far := net.Pipe()
	listener := &oneConnection{conn: far, closed: make(chan struct{})}
	server := NewServer(listener, handler, contractHash, options...)
	served := make(chan struct{})
	go func() {
		_ = server.Serve()
		close(served)
	}()
	closeServer := func() {
		server.Close()
		<-served
	}
	client, err := Connect(near, "in memory", contractHash)
	if err != nil {
		closeServer()
		return nil, nil, err
	}
	return client, func() {
		client.Close()
		closeServer()
	}, nil
}

// oneConnection is a listener that accepts one connection.
type oneConnection struct {
	mu     sync.Mutex
	conn   net.Conn
	once   sync.Once
	closed chan struct{}
}

func (o *oneConnection) Accept() (net.Conn, error) {
	o.mu.Lock()
	conn := o.conn
	o.conn = nil
	o.mu.Unlock()
	if conn != nil {
		return conn, nil
	}
	<-o.closed
	return nil, net.ErrClosed
}

func (o *oneConnection) Close() error {
	o.once.Do(func() { close(o.closed) })
	return nil
}

func (o *oneConnection) Addr() net.Addr { return memoryAddress{} }

type memoryAddress struct{}

func (memoryAddress) Network() string { return "memory" }
func (memoryAddress) String() string  { return "memory" }
