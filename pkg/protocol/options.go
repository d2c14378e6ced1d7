package protocol

import (
	"time"

	"github.com/dlahoza/pluginart/pkg/internal/session"
)

// ConnectOption changes how Connect does it.
type ConnectOption interface {
	applyToClient(options *session.HostOptions)
}

// ServerOption changes how a Server serves.
type ServerOption interface {
	applyToServer(server *Server)
}

// Option is for either side.
type Option interface {
	ConnectOption
	ServerOption
}

type connectOption func(*session.HostOptions)

func (o connectOption) applyToClient(options *session.HostOptions) { o(options) }

type serverOption func(*Server)

func (o serverOption) applyToServer(server *Server) { o(server) }

type option struct {
	connectOption
	serverOption
}

// WithToken proves to the other side, and demands of it, that both know the secret: 16 bytes at least. Default: nothing is
// proved. Version 1 knows no proofs: a server with a token refuses it.
func WithToken(token []byte) Option {
	return option{
		func(options *session.HostOptions) { options.Token = token },
		func(server *Server) { server.options.Token = token },
	}
}

// WithMaxMessageBytes sets the largest message that this side receives, at least 1,024. Default 4,194,304; version 1 keeps
// to that.
func WithMaxMessageBytes(bytes int) Option {
	return option{
		func(options *session.HostOptions) { options.MaxMessageBytes = bytes },
		func(server *Server) { server.options.MaxMessageBytes = bytes },
	}
}

// WithHandshakeTimeout is how long the other side may take for its part of the handshake. Default 5 s.
func WithHandshakeTimeout(timeout time.Duration) Option {
	return option{
		func(options *session.HostOptions) { options.HandshakeTimeout = timeout },
		func(server *Server) { server.options.HandshakeTimeout = timeout },
	}
}

// WithMinProtocol with 2 refuses plugins that speak version 1 only. Default 1.
func WithMinProtocol(version int) ConnectOption {
	return connectOption(func(options *session.HostOptions) { options.MinProtocol = version })
}

// WithOnlyVersion1 does not offer version 2.
func WithOnlyVersion1() ConnectOption {
	return connectOption(func(options *session.HostOptions) { options.OnlyVersion1 = true })
}

// WithCallTimeout is for calls whose context has no deadline; 0 = none. Default 30 s.
func WithCallTimeout(timeout time.Duration) ConnectOption {
	return connectOption(func(options *session.HostOptions) { options.CallTimeout = timeout })
}

// WithSchema gives the schema's text to tools that ask the plugin for it. Default: that of a generated service.
func WithSchema(schema string) ServerOption {
	return serverOption(func(server *Server) { server.options.Schema = schema })
}

// WithMaxConcurrentCalls sets how many calls a host may have open at once on a connection. Default 256.
func WithMaxConcurrentCalls(calls int) ServerOption {
	return serverOption(func(server *Server) { server.options.MaxConcurrentCalls = calls })
}

// WithReusedPayloads has the memory of payloads used again: a payload is the handler's until it returns, and longer only
// as part of what it returns, so what it or a goroutine of its keeps must be copied. Worth it for payloads of 4 KiB and
// more. Generated services copy what they decode, and do so always. Default: a payload stays the handler's.
func WithReusedPayloads() ServerOption {
	return serverOption(func(server *Server) { server.options.ReusesPayloads = true })
}

// WithOnHandlerError is told of what a handler returned, unless it chose an *Error or the call had been given up on, and
// of panics with their stack. The caller gets the message only. Default: nobody is told; Serve writes to stderr.
func WithOnHandlerError(tell func(err error)) ServerOption {
	return serverOption(func(server *Server) { server.options.OnHandlerError = tell })
}

// WithOnConnectionError is told of every connection that was refused or broke the protocol. Default as
// WithOnHandlerError.
func WithOnConnectionError(tell func(err error)) ServerOption {
	return serverOption(func(server *Server) { server.onConnection = tell })
}
