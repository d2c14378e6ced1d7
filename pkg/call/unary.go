package call

import (
	"bytes"
	"context"
	"fmt"

	"github.com/dlahoza/pluginart/pkg/codec"
	"github.com/dlahoza/pluginart/pkg/fault"
)

// Unary is a method with one request and one response: how both are written and read, on either side. Generated.
type Unary[Request, Response any] struct {
	Method
	// Code is the request's type code, ResponseCode the response's.
	Code, ResponseCode uint8
	CallRequest        *codec.CallRequest
	CallResponse       *codec.CallResponse
	EncodeRequest      func(w *codec.Writer, slot int, request *Request, depth int)
	DecodeRequest      func(r *codec.Reader, at, depth int) *Request
	EncodeResponse     func(w *codec.Writer, slot int, response *Response, depth int)
	DecodeResponse     func(r *codec.Reader, at, depth int) *Response
}

// Call carries a request to a plugin and returns its response, which shares no memory with anything. The request must
// not change until then. Errors are *fault.Error.
func (u *Unary[Request, Response]) Call(
	ctx context.Context, caller Caller, plugin string, request *Request,
) (*Response, error) {
	exchange := valueExchange[Request, Response]{unary: u, request: request}
	if err := caller.Invoke(ctx, plugin, &u.Method, &exchange); err != nil {
		return nil, err
	}
	return exchange.response, nil
}

// CallEncoded carries an encoded CallRequest, as it is, and returns the encoded CallResponse, which is the caller's
// own. Errors are *fault.Error.
func (u *Unary[Request, Response]) CallEncoded(
	ctx context.Context, caller Caller, plugin string, payload []byte,
) ([]byte, error) {
	exchange := bytesExchange{request: payload}
	if err := caller.Invoke(ctx, plugin, &u.Method, &exchange); err != nil {
		return nil, err
	}
	return exchange.response, nil
}

// OpenRequest checks all of an encoded CallRequest, which has to be one of this method. Errors are INVALID_PAYLOAD.
func (u *Unary[Request, Response]) OpenRequest(payload []byte) (codec.CallHead, error) {
	r := codec.NewReader(payload)
	head := u.CallRequest.ReadHead(&r)
	switch {
	case r.Err() != nil:
	case head.Code != u.Code:
		return head, fault.New(fault.InvalidPayload, fmt.Sprintf(
			"the call is for the method with type code %d, and not for %s, which has %d", head.Code, u.Name, u.Code))
	case head.Payload == 0:
		return head, fault.New(fault.InvalidPayload, fmt.Sprintf("the call of %s has no payload", u.Name))
	default:
		u.DecodeRequest(&r, head.Payload, 2)
	}
	return head, r.Err()
}

// OpenResponse checks all of an encoded CallResponse, which has to be one of this method, and gives the position of
// the response's table. Errors are INVALID_PAYLOAD.
func (u *Unary[Request, Response]) OpenResponse(payload []byte) (int, error) {
	r := codec.NewReader(payload)
	at := u.CallResponse.Open(&r, u.ResponseCode)
	u.DecodeResponse(&r, at, 2)
	return at, r.Err()
}

// valueExchange is a call with plain values.
type valueExchange[Request, Response any] struct {
	unary    *Unary[Request, Response]
	request  *Request
	response *Response
}

func (e *valueExchange[Request, Response]) AppendRequest(buffer []byte, envelope Envelope) ([]byte, error) {
	w := codec.NewWriter(buffer)
	defer w.Release()
	head := codec.CallEnvelope(envelope)
	e.unary.EncodeRequest(w, e.unary.CallRequest.Begin(w, e.unary.Code, &head), e.request, 2)
	if err := w.Err(); err != nil {
		return buffer, err
	}
	return w.Buf, nil
}

func (e *valueExchange[Request, Response]) ReadResponse(payload []byte) error {
	r := codec.NewReader(payload)
	response := e.unary.DecodeResponse(&r, e.unary.CallResponse.Open(&r, e.unary.ResponseCode), 2)
	if err := r.Err(); err != nil {
		return err
	}
	e.response = response
	return nil
}

// bytesExchange is a call whose payloads are built and read elsewhere.
type bytesExchange struct {
	request, response []byte
}

func (e *bytesExchange) AppendRequest(buffer []byte, _ Envelope) ([]byte, error) {
	return append(buffer, e.request...), nil
}

func (e *bytesExchange) ReadResponse(payload []byte) error {
	e.response = bytes.Clone(payload)
	return nil
}
