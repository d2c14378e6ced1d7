// Package protocol has both ends of a connection: Connect for one who calls a plugin that runs already, NewServer and
// Serve for a plugin. Hosts that start and supervise plugins use package runtime.
package protocol

import (
	"context"
	"net"
	"time"

	"github.com/dlahoza/pluginart/pkg/call"
	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/session"
	"github.com/dlahoza/pluginart/pkg/internal/transport"
	"github.com/dlahoza/pluginart/pkg/internal/wire"
)

// Client carries the calls of generated clients.
var _ call.Caller = (*Client)(nil)

// Client is one connection to one plugin. It is safe for concurrent use; all errors are *Error.
type Client struct {
	session session.Host
}

// Description is what a plugin says of itself, for tools. Each is empty where it is not known.
type Description struct {
	Schema, ContractHash, Runtime string
}

// Connect shakes hands over a connection, which is the client's from now on, and is closed where that fails. pluginName
// is a label; contractHash is what this side was built from: ContractHash of the generated code. Codes:
// CONTRACT_MISMATCH, UNAUTHENTICATED, PROTOCOL_VIOLATION, UNAVAILABLE.
func Connect(conn net.Conn, pluginName, contractHash string, options ...ConnectOption) (*Client, error) {
	return ConnectContext(context.Background(), conn, pluginName, contractHash, options...)
}

// ConnectContext is Connect with a context that ends the handshake; further codes: CANCELLED, DEADLINE_EXCEEDED.
func ConnectContext(
	ctx context.Context, conn net.Conn, pluginName, contractHash string, options ...ConnectOption,
) (*Client, error) {
	chosen := session.HostOptions{
		PluginName: pluginName, ContractHash: contractHash, CallTimeout: session.DefaultCallTimeout,
	}
	for _, option := range options {
		option.applyToClient(&chosen)
	}
	host, err := session.OpenHost(ctx, transport.Direct(conn), chosen)
	if err != nil {
		return nil, err
	}
	return &Client{session: host}, nil
}

// Call sends one encoded CallRequest and returns the encoded CallResponse. The payload must not change until it
// returns. Where the context has no deadline, the call timeout holds.
func (c *Client) Call(ctx context.Context, payload []byte) ([]byte, error) {
	return c.session.Call(ctx, payload)
}

// Recycle gives the memory of a response of Call, here or in package runtime, to later messages. Nobody may look at it
// any more. It need not be called. For responses of 64 KiB and more it is worth it: what becomes garbage takes longer
// than to carry it.
func Recycle(response []byte) { wire.Recycle(response) }

// Invoke carries the calls of generated clients. The plugin's name is ignored: a client has one peer only.
func (c *Client) Invoke(ctx context.Context, _ string, method *call.Method, exchange call.Exchange) error {
	return c.session.Invoke(ctx, method, exchange)
}

// Ping returns the time until the plugin answered. A version 1 plugin does not while it works.
func (c *Client) Ping(ctx context.Context) (time.Duration, error) { return c.session.Ping(ctx) }

// Describe asks the plugin for its schema. Version 1 plugins cannot tell: UNIMPLEMENTED.
func (c *Client) Describe(ctx context.Context) (Description, error) {
	described, err := c.session.Describe(ctx)
	return Description(described), err
}

// Protocol is the version that is spoken, 1 or 2.
func (c *Client) Protocol() int { return c.session.Protocol() }

// PeerRuntime is what the plugin calls its runtime, pluginart-ts/0.1.0; empty for version 1.
func (c *Client) PeerRuntime() string { return c.session.PeerRuntime() }

// OpenCalls is how many calls the plugin still owes an answer to, those given up on included.
func (c *Client) OpenCalls() int { return c.session.OpenCalls() }

// Shutdown takes no new calls, waits for those that are open, at most as long as the context lasts, and closes.
func (c *Client) Shutdown(ctx context.Context) error {
	err := c.session.Drain(ctx)
	c.Close()
	return err
}

// Close ends the connection at once; open calls fail with UNAVAILABLE.
func (c *Client) Close() {
	c.session.Close(fault.New(fault.Unavailable, "the client was closed"))
}
