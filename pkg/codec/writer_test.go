package codec_test

import (
	"bytes"
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/dlahoza/pluginart/pkg/codec"
	"github.com/dlahoza/pluginart/pkg/fault"
)

var layoutOfTree = codec.NewLayout(4, [2]int{0, 4}, [2]int{1, 4}, [2]int{2, 4}, [2]int{3, 4})

// encodeTree is what would be generated for the table that decodeTree reads; all fields are always there.
func encodeTree(w *codec.Writer, slot int, v *tree, depth int) {
	at := w.Table(slot, layoutOfTree, 0b1111, depth)
	if at == 0 {
		return
	}
	w.String(at, v.Name, "Tree.name")
	codec.WriteStrings(w, at+4, v.Strings, "Tree.strings")
	codec.WriteFloats64(w, at+8, v.Numbers)
	codec.WriteOffsets(w, at+12, len(v.Children), func(slot, i int) { encodeTree(w, slot, v.Children[i], depth+1) })
}

func newTree(name string, children ...*tree) *tree {
	return &tree{Name: name, Strings: []string{"", name}, Numbers: []float64{1.5}, Children: append([]*tree{}, children...)}
}

func TestWriterIsReadBack(t *testing.T) {
	want := newTree("root", newTree("a", newTree("ä")), newTree(""))
	message, err := codec.Append(nil, want, encodeTree)
	if err != nil {
		t.Fatal(err)
	}
	got, err := codec.Decode(message, decodeTree)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %v, %v", got, err)
	}
}

func TestWriterAppendsBehindAnything(t *testing.T) {
	alone, err := codec.Append(nil, newTree("x"), encodeTree)
	if err != nil {
		t.Fatal(err)
	}
	for length := range 9 {
		// What the memory held before must not show.
		head := append(bytes.Repeat([]byte{0xaa}, length), bytes.Repeat([]byte{0xbb}, 500)...)[:length]
		both, err := codec.Append(head, newTree("x"), encodeTree)
		if err != nil || !bytes.Equal(both[:length], head) || !bytes.Equal(both[length:], alone) {
			t.Errorf("behind %d bytes: %x, %v", length, both, err)
		}
	}
}

func TestWriterSharesEqualVtables(t *testing.T) {
	one, err := codec.Append(nil, newTree("", newTree("")), encodeTree)
	if err != nil {
		t.Fatal(err)
	}
	if found := bytes.Count(one, []byte{12, 0, 20, 0, 4, 0, 8, 0, 12, 0, 16, 0}); found != 1 {
		t.Errorf("the vtable is there %d times", found)
	}
}

func TestWriterSharesVtablesOfWideTables(t *testing.T) {
	fields := make([][2]int, 130)
	for n := range fields {
		fields[n] = [2]int{n, 1}
	}
	layout := codec.NewLayout(4, fields...)
	encode := func(masks ...[]uint64) []byte {
		var w codec.Writer
		slot := w.Begin()
		for _, mask := range masks {
			at := w.WideTable(slot, layout, mask, 1)
			w.PutUint8(at, 7)
		}
		if err := w.Err(); err != nil {
			t.Fatal(err)
		}
		return w.Buf
	}
	last := []uint64{0, 0, 0b10}
	once, twice := encode(last), encode(last, last)
	if len(twice)-len(once) > 8 {
		t.Errorf("the second table took %d bytes", len(twice)-len(once))
	}
	if other := encode(last, []uint64{0, 1, 0}); len(other)-len(once) < 128 {
		t.Errorf("another table took %d bytes only", len(other)-len(once))
	}
	r := codec.NewReader(twice)
	table := r.Table(r.Root(), 1)
	if at := r.Field(table, 4+2*129, 1); at == 0 || r.Uint8(at) != 7 || r.Field(table, 4, 1) != 0 {
		t.Errorf("read %v, %v", table, r.Err())
	}
}

func TestWriterRefuses(t *testing.T) {
	circle := newTree("circle")
	circle.Children = []*tree{circle, circle}
	refusals := map[string]*tree{
		"more than 64 tables":           circle,
		"Tree.name is not valid UTF-8":  newTree("\xff"),
		"Tree.strings is not valid UTF": {Strings: []string{"ok", "\xed\xa0\x80"}},
	}
	for want, value := range refusals {
		before := []byte("before")
		after, err := codec.Append(before, value, encodeTree)
		if !errors.Is(err, fault.InvalidPayload) || !strings.Contains(err.Error(), want) {
			t.Errorf("got %v, want %q", err, want)
		}
		if string(after) != "before" {
			t.Errorf("%q was left", after)
		}
	}
}

func TestWriterStartsAnewAfterAFault(t *testing.T) {
	var w codec.Writer
	w.Begin()
	w.Missing("Tree.name")
	w.Fail("another")
	if err := w.Err(); err == nil || err.Error() != "Tree.name is required" {
		t.Errorf("the first fault is %v", err)
	}
	if w.Begin(); w.Err() != nil {
		t.Errorf("the fault stayed: %v", w.Err())
	}
}

func TestEnvelopesCarryWhatTheSchemaHas(t *testing.T) {
	sent := codec.CallEnvelope{RequestID: 1 << 63, DeadlineUnixMs: -5, TraceID: "trace", SpanID: "span"}
	full := codec.NewCallRequest(codec.CallRequestSlots{RequestID: 0, DeadlineUnixMs: 1, TraceID: 2, SpanID: 3, Payload: 5})
	small := codec.NewCallRequest(codec.CallRequestSlots{
		RequestID: 0, DeadlineUnixMs: codec.Absent, TraceID: codec.Absent, SpanID: codec.Absent, Payload: 2,
	})
	for request, want := range map[*codec.CallRequest]codec.CallEnvelope{full: sent, small: {RequestID: 1 << 63}} {
		var w codec.Writer
		encodeTree(&w, request.Begin(&w, 3, &sent), newTree("in it"), 2)
		r := codec.NewReader(w.Buf)
		head := request.ReadHead(&r)
		if head.CallEnvelope != want || head.Code != 3 || w.Err() != nil {
			t.Errorf("got %+v, %v; want %+v", head, w.Err(), want)
		}
		if got := decodeTree(&r, head.Payload, 2); got.Name != "in it" || r.Err() != nil {
			t.Errorf("the payload is %v, %v", got, r.Err())
		}
	}
}

func TestAnAnswerOfAnotherTypeIsRefused(t *testing.T) {
	response := codec.NewCallResponse(codec.CallResponseSlots{RequestID: 0, Payload: 2})
	var w codec.Writer
	encodeTree(&w, response.Begin(&w, 2, 9), newTree("answer"), 2)
	r := codec.NewReader(w.Buf)
	if got := decodeTree(&r, response.Open(&r, 2), 2); got.Name != "answer" || r.Err() != nil {
		t.Errorf("got %v, %v", got, r.Err())
	}
	r = codec.NewReader(w.Buf)
	response.Open(&r, 1)
	if err := r.Err(); !errors.Is(err, fault.InvalidPayload) || !strings.Contains(err.Error(), "type 2 where 1 belongs") {
		t.Errorf("got %v", err)
	}
}
