package protocol

import (
	"context"
	"errors"
	"net"
	"sync"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/session"
	"github.com/dlahoza/pluginart/pkg/internal/transport"
	"github.com/dlahoza/pluginart/pkg/internal/wire"
)

// parting is how long a host may take to close after this side said GOAWAY; calls that crossed it are still refused
// meanwhile.
const parting = 500 * time.Millisecond

// ErrServerClosed is what Serve returns after Shutdown or Close.
var ErrServerClosed = errors.New("pluginart: the server is closed")

// Server answers the hosts that connect to a listener.
type Server struct {
	listener     net.Listener
	options      session.PluginOptions
	onConnection func(err error)

	mu       sync.Mutex
	stopping bool
	// shaking are connections whose handshake is not done.
	shaking  map[net.Conn]struct{}
	sessions map[session.Plugin]struct{}
	running  sync.WaitGroup
}

// NewServer makes a server; contractHash is what the handler was built from: ContractHash of the generated code. The
// listener is the server's from now on.
func NewServer(listener net.Listener, handler Handler, contractHash string, options ...ServerOption) *Server {
	s := &Server{
		listener: listener,
		options: session.PluginOptions{
			Handler: handler, ContractHash: contractHash,
			MaxMessageBytes: wire.DefaultMaxMessageBytes, MaxConcurrentCalls: wire.DefaultMaxConcurrentCalls,
			HandshakeTimeout: wire.HandshakeTimeout, Nonces: &session.Nonces{},
		},
		onConnection: func(error) {},
		shaking:      make(map[net.Conn]struct{}),
		sessions:     make(map[session.Plugin]struct{}),
	}
	if described, ok := handler.(interface{ Schema() string }); ok {
		s.options.Schema = described.Schema()
	}
	for _, option := range options {
		option.applyToServer(s)
	}
	s.options.OnLost = func(loss *fault.Error) {
		if loss.Code == fault.ProtocolViolation || loss.Code == fault.ResourceExhausted {
			s.onConnection(loss)
		}
	}
	return s
}

// Serve accepts hosts until the listener fails, or Shutdown or Close is called: then it returns ErrServerClosed.
func (s *Server) Serve() error {
	var pause time.Duration
	for {
		conn, err := s.listener.Accept()
		switch {
		case err == nil:
			pause = 0
			s.meet(conn)
		case s.isStopping():
			return ErrServerClosed
		case isTemporary(err):
			// No descriptors left, for instance: others will be closed.
			pause = min(max(2*pause, 5*time.Millisecond), time.Second)
			time.Sleep(pause)
		default:
			return fault.Newf(fault.Unavailable, "cannot accept connections any more: %w", err)
		}
	}
}

// isTemporary reports whether accepting may work again in a while.
func isTemporary(err error) bool {
	temporary, ok := errors.AsType[interface {
		error
		Temporary() bool
	}](err)
	return ok && temporary.Temporary()
}

func (s *Server) isStopping() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stopping
}

// meet shakes hands with a host, in a goroutine of its own.
func (s *Server) meet(conn net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.stopping || len(s.shaking) >= wire.MaxUnfinishedHandshakes {
		conn.Close()
		return
	}
	s.shaking[conn] = struct{}{}
	s.running.Go(func() { s.serve(conn) })
}

func (s *Server) serve(conn net.Conn) {
	plugin, err := session.AcceptPlugin(transport.Direct(conn), &s.options)
	s.mu.Lock()
	delete(s.shaking, conn)
	stopping := s.stopping
	if err == nil {
		s.sessions[plugin] = struct{}{}
	}
	s.mu.Unlock()
	if err != nil {
		s.onConnection(err)
		return
	}
	if stopping {
		plugin.Close(stopped())
	}
	<-plugin.Ended()
	s.mu.Lock()
	delete(s.sessions, plugin)
	s.mu.Unlock()
}

// Shutdown stops accepting, tells hosts GOAWAY, waits until the calls that are open are answered, at most as long as the
// context lasts, and closes all connections. It returns the context's error where that ended first.
func (s *Server) Shutdown(ctx context.Context) error {
	var leaving sync.WaitGroup
	for _, plugin := range s.stop() {
		leaving.Go(func() { retire(ctx, plugin) })
	}
	leaving.Wait()
	s.running.Wait()
	return ctx.Err()
}

// Close ends everything at once; the contexts of handlers end.
func (s *Server) Close() {
	for _, plugin := range s.stop() {
		plugin.Close(stopped())
	}
	s.running.Wait()
}

// stop takes nothing new, and returns the sessions there are.
func (s *Server) stop() []session.Plugin {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stopping = true
	s.listener.Close()
	for conn := range s.shaking {
		conn.Close()
	}
	sessions := make([]session.Plugin, 0, len(s.sessions))
	for plugin := range s.sessions {
		sessions = append(sessions, plugin)
	}
	return sessions
}

// retire lets a version 2 host close first: that would otherwise cut off a call that crossed the GOAWAY.
func retire(ctx context.Context, plugin session.Plugin) {
	plugin.Drain(ctx)
	if plugin.Protocol() == 2 {
		select {
		case <-plugin.Ended():
		case <-time.After(parting):
		case <-ctx.Done():
		}
	}
	plugin.Close(stopped())
}

func stopped() *fault.Error { return fault.New(fault.Unavailable, "the plugin has stopped") }
