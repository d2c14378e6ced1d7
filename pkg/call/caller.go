// Package call is what generated clients and services stand on: the methods of a schema, those who can carry a call
// of one, and the handler that a plugin's implementation becomes.
package call

import (
	"context"

	"github.com/dlahoza/pluginart/pkg/internal/session"
)

// Method is one method as a caller sees it: the names of its Service and its own Name as the schema has them, the
// ContractHash of that schema, and whether it is Idempotent, so that a retry is always safe.
type Method = session.Method

// Envelope is what travels with a request, where the schema has the fields: RequestID, DeadlineUnixMs (0 = none), TraceID and
// SpanID.
type Envelope = session.Envelope

// Exchange is one request and the place for its response. A Caller has AppendRequest(buffer, envelope) write the encoded
// CallRequest behind what the buffer holds, more than once if need be, and ReadResponse(payload) read the encoded CallResponse,
// whose bytes have to be valid until that returns.
type Exchange = session.Exchange

// Caller carries the calls of generated clients: a runtime.Manager, a protocol.Client or an in-memory pair.
type Caller interface {
	// Invoke calls a method. The plugin is its name in pluginart.toml; who has one peer only ignores it.
	// Errors are *fault.Error.
	Invoke(ctx context.Context, plugin string, method *Method, exchange Exchange) error
}
