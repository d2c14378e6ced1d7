package rich_test

import (
	"bytes"
	"context"
	"errors"
	"math"
	"reflect"
	"strings"
	"sync"
	"testing"

	"github.com/dlahoza/pluginart/pkg/call"
	"github.com/dlahoza/pluginart/pkg/codec"
	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/sample/acme/rich"
	flatbuffers "github.com/google/flatbuffers/go"
)

// loopback carries calls to a service without anything in between.
type loopback struct {
	service *call.Service
	// requests and responses as they were encoded.
	requests, responses [][]byte
}

func (l *loopback) Invoke(ctx context.Context, _ string, method *call.Method, exchange call.Exchange) error {
	if method.ContractHash != rich.ContractHash || method.Service != "Rich" {
		return errors.New("another method")
	}
	before := []byte("before ")
	payload, err := exchange.AppendRequest(before, call.Envelope{RequestID: 7, TraceID: "trace", SpanID: "span"})
	if err != nil {
		return err
	}
	payload = payload[len(before):]
	l.requests = append(l.requests, payload)
	response, err := l.service.Handle(ctx, payload)
	if err != nil {
		return err
	}
	l.responses = append(l.responses, response)
	read := bytes.Clone(response)
	err = exchange.ReadResponse(read)
	clear(read)
	return err
}

type implementation struct {
	fail error
	info call.Info
}

func (i *implementation) Everything(
	ctx context.Context, request *rich.EverythingRequestT,
) (*rich.EverythingResponseT, error) {
	i.info = call.InfoOf(ctx)
	return &rich.EverythingResponseT{Everything: request}, i.fail
}

func (i *implementation) Ping(context.Context, *rich.PingRequestT) (*rich.PingResponseT, error) {
	return nil, i.fail
}

// everything is a value in which each field has a value of its own.
func everything() *rich.EverythingRequestT {
	frame := rich.FrameT{
		Corner: rich.PointT{X: 1, Y: 2}, Level: rich.LevelSilent, Pixels: [4]uint16{1, 2, 3, 65535}, Raw: [3]uint8{4, 5, 6},
		Points: [2]rich.PointT{{X: 3}, {Y: -4}}, Wide: rich.WideLarge, On: true,
	}
	scalars := rich.NewScalarsT()
	scalars.I8, scalars.U64, scalars.F64, scalars.Access = -128, math.MaxUint64, math.Copysign(0, -1), rich.AccessRead|rich.AccessExecute
	scalars.FlagDefault, scalars.Level = false, rich.Level(99)
	// Not a number is not equal to itself.
	scalars.F64Nan = 0
	node := &rich.NodeT{Name: "child", Next: &rich.NodeT{Name: "next"}}
	return &rich.EverythingRequestT{
		Scalars:   scalars,
		Optionals: &rich.OptionalsT{Flag: new(false), I32: new(int32(0)), U64: new(uint64(0)), F64: new(0.0), Level: new(rich.LevelNormal)},
		Vectors: &rich.VectorsT{
			Flags: []bool{true, false}, I8s: []int8{-1}, Bytes: []byte{0, 255}, I16s: []int16{-2}, U16s: []uint16{3},
			I32s: []int32{}, U32s: []uint32{5}, I64s: []int64{math.MinInt64}, U64s: []uint64{math.MaxUint64},
			F32s: []float32{1.5}, F64s: []float64{math.Inf(-1)}, Levels: []rich.Level{rich.LevelSilent},
			Accesses: []rich.Access{7}, Wides: []rich.Wide{rich.WideLarge}, Strings: []string{"", "ä"},
			Points: []rich.PointT{{X: 1}, {Y: 2}}, Frames: []rich.FrameT{frame}, Tables: []*rich.OptionalsT{{}, {I32: new(int32(1))}},
			Shapes: []rich.ShapeT{
				rich.ShapeNodeT{Value: node}, rich.ShapeLabelT{Value: "label"}, rich.ShapePointT{Value: rich.PointT{X: 9}},
				rich.ShapeOtherT{Value: node},
			},
		},
		References: &rich.ReferencesT{
			Text: new(""), TextDefault: "other", Point: &rich.PointT{X: 1}, Frame: &frame, Node: node,
			Shape: rich.ShapeOptionalsT{Value: &rich.OptionalsT{}}, MustText: "", MustBytes: []byte{}, MustFrame: frame,
			MustShape: rich.ShapeLabelT{},
		},
		Node:  &rich.NodeT{Name: "root", Children: []*rich.NodeT{node, {Name: "second", Children: []*rich.NodeT{}}}},
		Nodes: []*rich.NodeT{node},
	}
}

func TestTypedCallIsThereAndBack(t *testing.T) {
	handler := &implementation{}
	caller := &loopback{service: rich.NewHandler(handler)}
	client := rich.NewTypedClient(caller, "rich")
	for name, want := range map[string]*rich.EverythingRequestT{
		"everything": everything(), "nothing": {}, "empty": {Optionals: &rich.OptionalsT{}, Nodes: []*rich.NodeT{}},
	} {
		got, err := client.Everything(t.Context(), want)
		if err != nil || !reflect.DeepEqual(got.Everything, want) {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
	}
	if want := (call.Info{Method: "Everything", TraceID: "trace", SpanID: "span"}); handler.info != want {
		t.Errorf("the handler was told %+v", handler.info)
	}
}

func TestAbsentEmptyAndZeroStayApart(t *testing.T) {
	client := rich.NewTypedClient(&loopback{service: rich.NewHandler(&implementation{})}, "rich")
	got, err := client.Everything(t.Context(), &rich.EverythingRequestT{
		Optionals: &rich.OptionalsT{I32: new(int32(0))},
		Vectors:   &rich.VectorsT{I32s: []int32{}},
	})
	if err != nil {
		t.Fatal(err)
	}
	optionals, vectors := got.Everything.Optionals, got.Everything.Vectors
	if optionals.I32 == nil || *optionals.I32 != 0 || optionals.U64 != nil {
		t.Errorf("optionals are %+v", optionals)
	}
	if vectors.I32s == nil || vectors.Strings != nil {
		t.Errorf("vectors are %+v", vectors)
	}
}

func TestWhatCannotBeSentIsRefusedBeforeItLeaves(t *testing.T) {
	caller := &loopback{service: rich.NewHandler(&implementation{})}
	client := rich.NewTypedClient(caller, "rich")
	for want, request := range map[string]*rich.EverythingRequestT{
		"EverythingRequest is required":       nil,
		"References.must_shape is required":   {References: &rich.ReferencesT{}},
		"Node is required":                    {Nodes: []*rich.NodeT{nil}},
		"Node.name is not valid UTF-8":        {Node: &rich.NodeT{Name: "\xff"}},
		"Vectors.shapes must be one of Shape": {Vectors: &rich.VectorsT{Shapes: []rich.ShapeT{nil}}},
	} {
		_, err := client.Everything(t.Context(), request)
		if !errors.Is(err, fault.InvalidPayload) || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
	}
	if len(caller.requests) > 0 {
		t.Errorf("%d requests left", len(caller.requests))
	}
}

func TestHandlersChooseTheirErrors(t *testing.T) {
	chosen := &fault.Error{Code: 42, Message: "no"}
	client := rich.NewTypedClient(&loopback{service: rich.NewHandler(&implementation{fail: chosen})}, "rich")
	if _, err := client.Everything(t.Context(), &rich.EverythingRequestT{}); !errors.Is(err, fault.Code(42)) {
		t.Errorf("got %v", err)
	}
	client = rich.NewTypedClient(&loopback{service: rich.NewHandler(&implementation{})}, "rich")
	if _, err := client.Ping(t.Context(), &rich.PingRequestT{}); err == nil || err.Error() != "PingResponse is required" {
		t.Errorf("a handler that returned nothing gave %v", err)
	}
	if err := client.Watch(t.Context()); !errors.Is(err, fault.Unimplemented) {
		t.Errorf("a streaming method gave %v", err)
	}
}

func TestServiceRefusesCallsThatAreNone(t *testing.T) {
	service := rich.NewHandler(&implementation{})
	builder := flatbuffers.NewBuilder(0)
	rich.CallRequestStart(builder)
	rich.FinishCallRequestBuffer(builder, rich.CallRequestEnd(builder))
	unknown := flatbuffers.NewBuilder(0)
	rich.PingRequestStart(unknown)
	ping := rich.PingRequestEnd(unknown)
	rich.CallRequestStart(unknown)
	rich.CallRequestAddPayloadType(unknown, 200)
	rich.CallRequestAddPayload(unknown, ping)
	unknown.Finish(rich.CallRequestEnd(unknown))
	streaming := flatbuffers.NewBuilder(0)
	rich.CallRequestStart(streaming)
	rich.CallRequestAddPayloadType(streaming, 3)
	streaming.Finish(rich.CallRequestEnd(streaming))
	for name, refusal := range map[string]struct {
		payload []byte
		code    fault.Code
	}{
		"no bytes":       {nil, fault.InvalidPayload},
		"no method":      {builder.FinishedBytes(), fault.Unimplemented},
		"unknown method": {unknown.FinishedBytes(), fault.Unimplemented},
		"no payload":     {streaming.FinishedBytes(), fault.InvalidPayload},
	} {
		if _, err := service.Handle(t.Context(), refusal.payload); !errors.Is(err, refusal.code) {
			t.Errorf("%s: got %v, want %v", name, err, refusal.code)
		}
	}
}

func TestBuildersTalkToPlainValues(t *testing.T) {
	caller := &loopback{service: rich.NewHandler(&implementation{})}
	client := rich.NewClient(caller, "rich")
	builder := flatbuffers.NewBuilder(0)
	name := builder.CreateString("built")
	rich.NodeStart(builder)
	rich.NodeAddName(builder, name)
	node := rich.NodeEnd(builder)
	rich.ScalarsStart(builder)
	rich.ScalarsAddI16(builder, -5)
	rich.ScalarsAddLevel(builder, rich.LevelNormal)
	scalars := rich.ScalarsEnd(builder)
	rich.VectorsStartI32sVector(builder, 2)
	builder.PrependInt32(2)
	builder.PrependInt32(1)
	numbers := builder.EndVector(2)
	rich.VectorsStartPointsVector(builder, 1)
	rich.CreatePoint(builder, 1.5, 2.5)
	points := builder.EndVector(1)
	rich.VectorsStart(builder)
	rich.VectorsAddI32s(builder, numbers)
	rich.VectorsAddPoints(builder, points)
	vectors := rich.VectorsEnd(builder)
	rich.EverythingRequestStart(builder)
	rich.EverythingRequestAddNode(builder, node)
	rich.EverythingRequestAddScalars(builder, scalars)
	rich.EverythingRequestAddVectors(builder, vectors)
	response, err := client.Everything(t.Context(), builder, rich.EverythingRequestEnd(builder))
	if err != nil {
		t.Fatal(err)
	}
	got := response.Everything(nil)
	if text := string(got.Node(nil).Name()); text != "built" {
		t.Errorf("name %q", text)
	}
	if s := got.Scalars(nil); s.I16() != -5 || s.Level() != rich.LevelNormal || !s.FlagDefault() || !math.IsNaN(s.F64Nan()) {
		t.Errorf("scalars are %d, %v, %v", s.I16(), s.Level(), s.FlagDefault())
	}
	v := got.Vectors(nil)
	if v.I32sLength() != 2 || v.I32s(0) != 1 || v.I32s(1) != 2 || v.StringsLength() != 0 {
		t.Errorf("numbers are %d, %d", v.I32s(0), v.I32s(1))
	}
	var point rich.Point
	if !v.Points(&point, 0) || point.X() != 1.5 || point.Y() != 2.5 {
		t.Errorf("the point is %v, %v", point.X(), point.Y())
	}
}

func TestHelpersOpenOnlyWhatIsTheirs(t *testing.T) {
	builder := flatbuffers.NewBuilder(0)
	rich.PingRequestStart(builder)
	payload := bytes.Clone(rich.BuildPingCallRequest(builder, rich.PingRequestEnd(builder)))
	if _, _, err := rich.DecodePingRequest(payload); err != nil {
		t.Error(err)
	}
	if _, _, err := rich.DecodeEverythingRequest(payload); !errors.Is(err, fault.InvalidPayload) {
		t.Errorf("a Ping was opened as another method: %v", err)
	}
	builder.Reset()
	rich.PingResponseStart(builder)
	answer := rich.BuildPingCallResponse(rich.CallContext{RequestID: 3}, builder, rich.PingResponseEnd(builder))
	if _, err := rich.DecodePingResponse(answer); err != nil {
		t.Error(err)
	}
	if _, err := rich.DecodeEverythingResponse(answer); !errors.Is(err, fault.InvalidPayload) {
		t.Errorf("the answer to a Ping was opened as another's: %v", err)
	}
	for length := range payload {
		if _, _, err := rich.DecodePingRequest(payload[:length]); !errors.Is(err, fault.InvalidPayload) {
			t.Errorf("%d of %d bytes were opened: %v", length, len(payload), err)
		}
	}
	var _ codec.CallEnvelope = rich.CallContext{}
}

func TestServiceAppendsToWhatIsThere(t *testing.T) {
	builder := flatbuffers.NewBuilder(0)
	rich.EverythingRequestStart(builder)
	payload := rich.BuildEverythingCallRequest(builder, rich.EverythingRequestEnd(builder))
	service := rich.NewHandler(&implementation{})
	alone, err := service.Handle(t.Context(), payload)
	if err != nil {
		t.Fatal(err)
	}
	both, err := service.AppendResponse(t.Context(), payload, []byte("head"))
	if err != nil || string(both) != "head"+string(alone) {
		t.Errorf("got %q, %v", both, err)
	}
}

// FuzzCalls takes any bytes for a call: it is answered, or refused with a typed error. An answer is the same value.
func FuzzCalls(f *testing.F) {
	caller := &loopback{service: rich.NewHandler(&implementation{})}
	client := rich.NewTypedClient(caller, "rich")
	for _, request := range []*rich.EverythingRequestT{everything(), {}} {
		if _, err := client.Everything(f.Context(), request); err != nil {
			f.Fatal(err)
		}
	}
	for _, request := range caller.requests {
		f.Add(request)
	}
	service := rich.NewHandler(&implementation{})
	f.Fuzz(func(t *testing.T, payload []byte) {
		response, err := service.Handle(t.Context(), payload)
		if err != nil {
			if known, ok := errors.AsType[*fault.Error](err); !ok {
				t.Fatalf("an error without a type: %v", known)
			}
			return
		}
		if _, err := rich.DecodeEverythingResponse(response); err != nil {
			t.Fatalf("the answer cannot be read: %v", err)
		}
		if len(response) > 32*len(payload)+1<<17 {
			t.Fatalf("%d bytes became %d", len(payload), len(response))
		}
	})
}

// Layouts remember shapes for all writers.
func TestCallsRunConcurrently(t *testing.T) {
	var group sync.WaitGroup
	for n := range 8 {
		group.Go(func() {
			client := rich.NewTypedClient(&loopback{service: rich.NewHandler(&implementation{})}, "rich")
			for i := range 50 {
				want := everything()
				if (n+i)%2 == 0 {
					want = &rich.EverythingRequestT{Optionals: &rich.OptionalsT{I32: new(int32(i))}}
				}
				got, err := client.Everything(t.Context(), want)
				if err != nil || !reflect.DeepEqual(got.Everything, want) {
					t.Errorf("got %+v, %v", got, err)
				}
			}
		})
	}
	group.Wait()
}
