// Package session carries calls over one connection: handshake, ids, pending calls, deadlines, cancellation and
// fairness, in both versions of the protocol. It knows neither how bytes travel nor who started the peer.
package session

import (
	"context"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
)

// DefaultCallTimeout is for calls whose context has no deadline.
const DefaultCallTimeout = 30 * time.Second

// Host is a connection to one plugin after its handshake. It is safe for concurrent use; all errors are *fault.Error.
type Host interface {
	// Call sends one encoded CallRequest and returns the encoded CallResponse, which is the caller's own. The payload
	// must not change until Call has returned.
	Call(ctx context.Context, payload []byte) ([]byte, error)
	// Invoke is Call for generated clients: the request is encoded straight into the buffer that is sent. It fails
	// with CONTRACT_MISMATCH where the method was generated from another contract than the plugin was proved to have.
	Invoke(ctx context.Context, method *Method, exchange Exchange) error
	// Ping returns the time until the Pong came. In version 1 it waits for the open call.
	Ping(ctx context.Context) (time.Duration, error)
	// Describe asks the plugin what it says of itself. Version 1 plugins cannot: UNIMPLEMENTED.
	Describe(ctx context.Context) (Description, error)
	// Drain takes no new calls and (version 2) says GOAWAY; it returns nil when no call is open or the session has ended,
	// and the context's error where that came first.
	Drain(ctx context.Context) error
	// Close fails all that is pending with reason and closes the connection. Does nothing the second time.
	// It returns when no goroutine of the session is left, save those that wait for Explain.
	Close(reason *fault.Error)
	// OpenCalls counts the calls the plugin still owes an answer to, those given up on included.
	OpenCalls() int
	// LastHeard is when the last byte came.
	LastHeard() time.Time
	// Protocol is 1 or 2.
	Protocol() int
	// ContractHash is what the plugin was proved to be built from.
	ContractHash() string
	// PeerRuntime is what the peer calls its runtime, pluginart-ts/0.1.0; empty for version 1.
	PeerRuntime() string
}

// Method is one method as a caller sees it. Generated.
type Method struct {
	// Service and Name are as the schema declares them, for messages.
	Service, Name string
	// ContractHash is that of the schema it was generated from.
	ContractHash string
	// Idempotent: a retry is safe even when the request may have arrived.
	Idempotent bool
}

// Envelope is what a CallRequest carries besides its payload, where the schema has the fields.
type Envelope struct {
	// RequestID is different for each call of a session.
	RequestID uint64
	// DeadlineUnixMs is the wall clock in milliseconds since 1970; 0 = no deadline.
	DeadlineUnixMs int64
	// TraceID and SpanID are those of the call's traceparent; empty without one.
	TraceID, SpanID string
}

// Exchange is one request and the place for its response. Generated clients implement it.
type Exchange interface {
	// AppendRequest appends one encoded CallRequest to buffer and returns the extended slice. The message begins at
	// len(buffer), which is a multiple of 8 away from an aligned address or not: codecs need no alignment. It may be
	// called more than once.
	AppendRequest(buffer []byte, envelope Envelope) ([]byte, error)
	// ReadResponse reads one encoded CallResponse, whose bytes are valid until it returns.
	ReadResponse(payload []byte) error
}

// Description is what a plugin says of itself, for tools. Each is empty where it is not known.
type Description struct {
	Schema, ContractHash, Runtime string
}

// Metadata is the trace context and the free entries that travel with a call. Version 2 only.
type Metadata struct {
	Traceparent, Tracestate, Baggage string
	Entries                          map[string]string
}

// HostOptions say how to open a Host.
type HostOptions struct {
	// PluginName is this side's label for the plugin.
	PluginName string
	// ContractHash is what this side was built from, or what the configuration demands.
	ContractHash string
	// Token is the secret shared with this plugin; empty = none, then nothing is proved.
	Token []byte
	// MinProtocol 2 refuses peers that speak version 1 only. 0 is 1.
	MinProtocol int
	// OnlyVersion1 makes no offer of version 2. For benchmarks and tests.
	OnlyVersion1 bool
	// MaxMessageBytes is the largest body this side receives. 0 is 4,194,304.
	MaxMessageBytes int
	// CallTimeout is for calls whose context has no deadline; 0 = none.
	CallTimeout time.Duration
	// HandshakeTimeout is how long the handshake may take. 0 is 5 s.
	HandshakeTimeout time.Duration
	// OnLost is called once when the session can carry no more calls, however it ended; pending ones settle after
	// it. Like all hooks it is called from a goroutine of the session, must not block and must not call Close.
	OnLost func(loss *fault.Error)
	// Explain turns the loss of the connection into what pending calls are told, once it is known why (the process
	// exited with 3, ...); they wait for it, each up to its own deadline. It may block. nil: the loss itself.
	Explain func(loss *fault.Error) *fault.Error
	// OnStuck is called when every slot of the peer is taken by calls this side has given up on.
	OnStuck func(openCalls int)
	// OnGoaway is called when the plugin takes no new calls.
	OnGoaway func(reason *fault.Error)
}
