package session

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/control"
	"github.com/dlahoza/pluginart/pkg/internal/wire"
)

// failureOrigin says who failed: a handler, or what this runtime found.
type failureOrigin = control.ErrorOrigin

const (
	originHandler = control.ErrorOriginHANDLER
	originRuntime = control.ErrorOriginRUNTIME
)

// shortMessageBytes is what a message is cut to where it would not fit otherwise.
const shortMessageBytes = 512

// Refusal is a failure of what stands between the connection and the user's handler: the method is unknown, the request
// does not decode. Its code reaches the caller, where a handler may choose only codes of its own.
type Refusal struct{ Err error }

// Error is the message.
func (r *Refusal) Error() string { return r.Err.Error() }

// Unwrap is the error that was wrapped.
func (r *Refusal) Unwrap() error { return r.Err }

var (
	noServicesBody = failureBody(
		fault.New(fault.Unimplemented, "this host offers no services to its plugins"), originRuntime, wire.V2MaxPayloadBytes)
	callerGaveUpBody = failureBody(
		fault.New(fault.Cancelled, "the caller gave up"), originRuntime, wire.V2MaxPayloadBytes)
)

// failureBody is the body of an ERROR or GOAWAY frame. Above maxBytes the message is cut and the details are dropped.
func failureBody(err error, origin failureOrigin, maxBytes int) []byte {
	failure := runtimeFailure(err)
	if origin == originHandler {
		failure = handlerFailure(err)
	}
	failure.Origin = origin
	body := pluginErrorBody(&failure)
	if len(body) > maxBytes {
		failure.Message = cut(failure.Message) + "... (cut: too long to send)"
		failure.Details = nil
		body = pluginErrorBody(&failure)
	}
	return body
}

// v1FailureBody is the body of a version 1 PluginError: every failure of the framework is code 1 there.
func v1FailureBody(err error, origin failureOrigin) []byte {
	failure := control.PluginErrorT{Code: uint16(fault.Application), Message: validText(err.Error())}
	if origin == originHandler {
		chosen := handlerFailure(err)
		failure.Code, failure.Retry = chosen.Code, chosen.Retry
	}
	body := pluginErrorBody(&failure)
	if len(body) > wire.V1MaxPayloadBytes {
		failure.Message = cut(failure.Message) + "... (cut: too long to send)"
		body = pluginErrorBody(&failure)
	}
	return body
}

func pluginErrorBody(failure *control.PluginErrorT) []byte {
	body, err := control.AppendPluginError(nil, failure)
	if err != nil {
		body, _ = control.AppendPluginError(nil, &control.PluginErrorT{
			Code: uint16(fault.Internal), Message: "an error that cannot be encoded", Origin: originRuntime,
		})
	}
	return body
}

func handlerFailure(err error) control.PluginErrorT {
	failure := control.PluginErrorT{Code: uint16(fault.Application), Message: validText(err.Error())}
	if chosen, ok := errors.AsType[*fault.Error](err); ok {
		if chosen.Code > 0 && chosen.Code <= fault.LastApplicationCode {
			failure.Code = uint16(chosen.Code)
		}
		failure.Retry, failure.Details = chosen.Retry, chosen.Details
	}
	return failure
}

func runtimeFailure(err error) control.PluginErrorT {
	failure := control.PluginErrorT{Code: uint16(fault.CodeOf(err)), Message: validText(err.Error())}
	if known, ok := errors.AsType[*fault.Error](err); ok {
		failure.Retry = known.RetrySafe
	}
	return failure
}

// remoteFailure is what the peer reported, as the error that the caller gets. It fails with INVALID_PAYLOAD.
func remoteFailure(body []byte, plugin string) (*fault.Error, error) {
	told, err := control.DecodePluginError(body)
	if err != nil {
		return nil, err
	}
	failure := &fault.Error{
		Code: fault.Code(told.Code), Message: told.Message, Origin: fault.Remote, Plugin: plugin,
		// A handler's word says that it may help; only the runtime knows that the call did not run (V2-E4).
		Retry: told.Retry, RetrySafe: told.Retry && told.Origin == originRuntime, Details: told.Details,
	}
	if failure.Code == 0 {
		failure.Code = fault.Application
	}
	if !failure.Code.IsKnown() {
		failure.Code = fault.Internal
		failure.Message = fmt.Sprintf("%s (code %d)", told.Message, told.Code)
	}
	return failure, nil
}

// lostCall is what one call is told of the loss that all of them share, and what that means for it; wasSent as for
// contextEnded.
func lostCall(loss *fault.Error, method *Method, wasSent bool) *fault.Error {
	told := *loss
	told.RetrySafe = mayGoAgain(method, wasSent)
	fate := "the call may have run"
	switch {
	case !wasSent:
		fate = notSent
		told.Cause = unsent{loss.Cause}
	case told.RetrySafe:
		fate = "the call may have run; its method is idempotent"
	}
	told.Message = fmt.Sprintf("%s (%s)", loss.Error(), fate)
	return &told
}

// lostPing is what a Ping is told of the loss; it may always be sent again.
func lostPing(loss *fault.Error) *fault.Error {
	told := *loss
	told.RetrySafe = true
	return &told
}

// mayGoAgain: the call did not run, or may run twice.
func mayGoAgain(method *Method, wasSent bool) bool {
	return !wasSent || method != nil && method.Idempotent
}

const notSent = "the call was not sent"

// unsent marks an error as that of a call of which no byte was written, as an idempotent method's is safe to retry
// otherwise too. It stands before the cause, which may be nil.
type unsent struct{ cause error }

func (u unsent) Error() string {
	if u.cause == nil {
		return notSent
	}
	return u.cause.Error()
}

func (u unsent) Unwrap() error { return u.cause }

// WasNeverSent reports whether a call failed because its connection ended before a byte of it was written.
func WasNeverSent(err error) bool {
	known, ok := errors.AsType[*fault.Error](err)
	if !ok {
		return false
	}
	_, isUnsent := known.Cause.(unsent)
	return isUnsent
}

// contextEnded is the error of a call whose context has ended; wasSent is false where the plugin certainly never
// heard of it.
func contextEnded(ctx context.Context, plugin string, method *Method, wasSent bool) *fault.Error {
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		return deadlineExceeded(plugin, method, wasSent)
	}
	return &fault.Error{
		Code: fault.Cancelled, Message: "the call was cancelled", Cause: context.Cause(ctx), Plugin: plugin,
		RetrySafe: mayGoAgain(method, wasSent),
	}
}

// Interrupted is the error of something that is no call and whose context has ended; what is a noun for it.
func Interrupted(ctx context.Context, what string) *fault.Error {
	code, how := fault.Cancelled, "was cancelled"
	if errors.Is(ctx.Err(), context.DeadlineExceeded) {
		code, how = fault.DeadlineExceeded, "took longer than its context allows"
	}
	return &fault.Error{Code: code, Message: what + " " + how, Cause: context.Cause(ctx)}
}

func deadlineExceeded(plugin string, method *Method, wasSent bool) *fault.Error {
	what := "a call"
	if method != nil {
		what = method.Service + "." + method.Name
	}
	failure := fault.Newf(fault.DeadlineExceeded,
		"plugin %q did not answer %s in time (the context's deadline, or call_timeout of the configuration)", plugin, what)
	failure.Plugin, failure.RetrySafe = plugin, mayGoAgain(method, wasSent)
	return failure
}

func exhausted(plugin, format string, arguments ...any) *fault.Error {
	failure := fault.Newf(fault.ResourceExhausted, format, arguments...)
	failure.Plugin, failure.RetrySafe = plugin, true
	return failure
}

func contractMismatch(method *Method, proved, plugin string) *fault.Error {
	failure := fault.Newf(fault.ContractMismatch,
		"the %s client was generated from %s, the plugin was proved to be %s: generate both from the same schema",
		method.Service, method.ContractHash, proved)
	failure.Plugin, failure.RetrySafe = plugin, true
	return failure
}

// asFault is an error that may be anybody's as one of ours.
func asFault(err error, code fault.Code, plugin string) *fault.Error {
	if known, ok := errors.AsType[*fault.Error](err); ok {
		told := *known
		told.Plugin = plugin
		return &told
	}
	return &fault.Error{Code: code, Message: err.Error(), Cause: err, Plugin: plugin}
}

func answerTooLarge(bytes, most int) *fault.Error {
	return fault.Newf(fault.ResourceExhausted,
		"the answer is %d bytes long, the host takes at most %d (max_message_bytes)", bytes, most)
}

func cut(message string) string {
	return validText(message[:min(len(message), shortMessageBytes)])
}

func validText(text string) string { return strings.ToValidUTF8(text, "\uFFFD") }
