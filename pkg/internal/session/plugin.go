package session

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
)

// Handler answers calls. It is called for many at once.
type Handler interface {
	// Handle answers one encoded CallRequest with one encoded CallResponse. The payload is the handler's own, unless
	// ReusesPayloads is set. What it returns may share its memory, and must not change any more. The context ends when the
	// answer is not wanted any more.
	Handle(ctx context.Context, payload []byte) ([]byte, error)
}

// AppendHandler is a Handler that can encode straight into a buffer; then Handle is not called.
type AppendHandler interface {
	Handler
	// AppendResponse appends one encoded CallResponse to buffer. The payload is valid until it returns.
	AppendResponse(ctx context.Context, payload, buffer []byte) ([]byte, error)
}

// PluginOptions say how a plugin meets hosts.
type PluginOptions struct {
	Handler Handler
	// ContractHash is what the handler was built from.
	ContractHash string
	// Schema is its text, for tools that ask the running plugin; empty where it is not known.
	Schema string
	// Token is what hosts must prove to know; empty = none.
	Token []byte
	// MaxMessageBytes is the largest message that hosts may send; version 1 keeps to 4 MiB.
	MaxMessageBytes int
	// ReusesPayloads: the payload is the handler's until it returns, and longer only as part of what it returns. So it
	// always is with an AppendHandler.
	ReusesPayloads bool
	// MaxConcurrentCalls may be open at once on a connection.
	MaxConcurrentCalls int
	// HandshakeTimeout is how long a host may take to introduce itself.
	HandshakeTimeout time.Duration
	// Nonces are those that hosts have used with the token; shared by all connections of a listener.
	Nonces *Nonces
	// OnLost is called once, when the session has ended, however. It must not block.
	OnLost func(loss *fault.Error)
	// OnHandlerError is told of what a handler returned without choosing it as a *fault.Error, and of panics, with their
	// stack. The caller gets the message only.
	OnHandlerError func(err error)
}

// Plugin is a plugin's end of one connection, after its handshake.
type Plugin interface {
	Protocol() int
	// OpenCalls are not answered yet.
	OpenCalls() int
	// Drain refuses new calls; it returns when those that are open are answered and the answers were written, or the
	// session or the context has ended.
	Drain(ctx context.Context)
	// Close ends the connection, tells handlers, and returns when no goroutine of the session is left but those of
	// handlers.
	Close(reason *fault.Error)
	// Ended is closed when the session has.
	Ended() <-chan struct{}
}

// Nonces remembers those that were used, and the proofs with them were right.
type Nonces struct {
	mu   sync.Mutex
	seen map[string]struct{}
}

// isFirst notes a nonce, and reports whether it was not used before.
func (n *Nonces) isFirst(nonce []byte) bool {
	n.mu.Lock()
	defer n.mu.Unlock()
	if _, used := n.seen[string(nonce)]; used {
		return false
	}
	if n.seen == nil {
		n.seen = make(map[string]struct{})
	}
	n.seen[string(nonce)] = struct{}{}
	return true
}

// panicError is what a handler's panic becomes.
type panicError struct {
	value any
	stack []byte
}

func (p *panicError) Error() string {
	return fmt.Sprintf("the handler panicked: %v\n%s", p.value, p.stack)
}

// answer is what a handler gave.
type answer struct {
	body   []byte
	err    error
	origin failureOrigin
}

// ask calls the handler, and never panics. The payload is the call's own; buffer may hold the answer.
func (o *PluginOptions) ask(ctx *callContext, payload, buffer []byte) (given answer) {
	defer func() {
		if value := recover(); value != nil {
			o.tell(&panicError{value, debug.Stack()})
			failure := fault.Newf(fault.Internal, "the handler panicked: %v", value)
			given = answer{err: failure, origin: originRuntime}
		}
	}()
	var body []byte
	var err error
	if appender, ok := o.Handler.(AppendHandler); ok {
		body, err = appender.AppendResponse(ctx, payload, buffer)
	} else {
		body, err = o.Handler.Handle(ctx, payload)
	}
	if err == nil {
		return answer{body: body}
	}
	return o.failed(ctx, err)
}

func (o *PluginOptions) failed(ctx *callContext, err error) answer {
	if reason := ctx.reasonFor(err); reason != nil {
		return answer{err: reason, origin: originRuntime}
	}
	if refusal, ok := errors.AsType[*Refusal](err); ok {
		return answer{err: refusal.Err, origin: originRuntime}
	}
	if _, chosen := errors.AsType[*fault.Error](err); !chosen {
		o.tell(err)
	}
	return answer{err: err, origin: originHandler}
}

func (o *PluginOptions) tell(err error) {
	if o.OnHandlerError != nil {
		o.OnHandlerError(err)
	}
}
