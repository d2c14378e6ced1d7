package call

import (
	"context"
	"fmt"

	"github.com/dlahoza/pluginart/pkg/codec"
	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/session"
)

// Service answers encoded calls by an implementation of a schema's methods. It is what protocol.Serve takes.
type Service struct {
	name, contractHash, schema string
	request                    *codec.CallRequest
	methods                    [256]ServedMethod
}

// ServedMethod is a method with its implementation.
type ServedMethod struct {
	name   string
	code   uint8
	append func(ctx context.Context, r *codec.Reader, head *codec.CallHead, buffer []byte) ([]byte, error)
}

// NewService is for generated code: a function there makes a Service out of an implementation. The schema is its text,
// for tools that ask a running plugin.
func NewService(name, contractHash, schema string, request *codec.CallRequest, methods ...ServedMethod) *Service {
	service := &Service{name: name, contractHash: contractHash, schema: schema, request: request}
	for _, method := range methods {
		service.methods[method.code] = method
	}
	return service
}

// ContractHash names the schema that the service was generated from.
func (s *Service) ContractHash() string { return s.contractHash }

// Schema is the schema's text.
func (s *Service) Schema() string { return s.schema }

// Handle answers one encoded CallRequest with one encoded CallResponse. Besides what the implementation returns, errors
// are INVALID_PAYLOAD and UNIMPLEMENTED.
func (s *Service) Handle(ctx context.Context, payload []byte) ([]byte, error) {
	return s.AppendResponse(ctx, payload, make([]byte, 0, firstResponseBytes))
}

// AppendResponse is Handle, but appends the CallResponse to buffer, behind whatever that holds. The payload is not
// looked at any more when the implementation is called.
func (s *Service) AppendResponse(ctx context.Context, payload, buffer []byte) ([]byte, error) {
	r := codec.NewReader(payload)
	head := s.request.ReadHead(&r)
	if err := r.Err(); err != nil {
		return nil, refusal(err)
	}
	method := &s.methods[head.Code]
	if method.append == nil {
		return nil, refusal(s.unknownMethod(head.Code))
	}
	if head.Payload == 0 {
		return nil, refusal(fault.New(fault.InvalidPayload, fmt.Sprintf("the call of %s has no payload", method.name)))
	}
	return method.append(withInfo(ctx, method.name, &head), &r, &head, buffer)
}

func (s *Service) unknownMethod(code uint8) error {
	if code == 0 {
		return fault.New(fault.Unimplemented, "the call names no method: its payload has no type")
	}
	return fault.New(fault.Unimplemented, fmt.Sprintf("%s has no method with the type code %d", s.name, code))
}

// Serve gives the method an implementation.
func (u *Unary[Request, Response]) Serve(
	implementation func(ctx context.Context, request *Request) (*Response, error),
) ServedMethod {
	return ServedMethod{name: u.Name, code: u.Code, append: func(
		ctx context.Context, r *codec.Reader, head *codec.CallHead, buffer []byte,
	) ([]byte, error) {
		request := u.DecodeRequest(r, head.Payload, 2)
		if err := r.Err(); err != nil {
			return nil, refusal(err)
		}
		response, err := implementation(ctx, request)
		if err != nil {
			return nil, err
		}
		return u.appendResponse(buffer, response, head.RequestID)
	}}
}

func (u *Unary[Request, Response]) appendResponse(buffer []byte, response *Response, requestID uint64) ([]byte, error) {
	w := codec.NewWriter(buffer)
	defer w.Release()
	u.EncodeResponse(w, u.CallResponse.Begin(w, u.ResponseCode, requestID), response, 2)
	if err := w.Err(); err != nil {
		return nil, refusal(err)
	}
	return w.Buf, nil
}

// refusal marks an error as the runtime's own: the caller is told that it is no handler's.
func refusal(err error) error { return &session.Refusal{Err: err} }

// firstResponseBytes is the room that a response of Handle gets before its size is known; it grows.
const firstResponseBytes = 256

// ServeStreaming stands for a method whose request or response is a stream: every call of it fails with UNIMPLEMENTED.
func ServeStreaming(name string, code uint8) ServedMethod {
	return ServedMethod{name: name, code: code, append: func(
		context.Context, *codec.Reader, *codec.CallHead, []byte,
	) ([]byte, error) {
		return nil, refusal(StreamingError(name))
	}}
}

// StreamingError says that a method whose request or response is a stream cannot be called.
func StreamingError(name string) error {
	return fault.New(fault.Unimplemented, name+" is a streaming method: streaming is not callable yet")
}
