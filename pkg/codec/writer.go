package codec

import (
	"bytes"
	"encoding/binary"
	"math"
	"slices"
	"sync"
	"unicode/utf8"

	"github.com/dlahoza/pluginart/pkg/fault"
)

// rememberedVtables is how many vtables of a message are compared with the next one: equal ones are shared.
const rememberedVtables = 32

// Writer writes FlatBuffers front to back, appending to Buf. A parent comes first, leaves room for the offsets of
// its children, and each child enters its own when it is written. Offsets are relative, so readers see no difference.
//
// Whatever Buf held stays: alignment counts from the start of the message. After a fault the bytes from that start
// on are rubbish. The zero value is ready for use.
type Writer struct {
	// Buf holds everything written; replaced when it grows.
	Buf []byte

	base  int
	err   error
	known []knownVtable
}

// knownVtable is a vtable that the message has already.
type knownVtable struct {
	layout *Layout
	shape  *shape
	at     int
}

var writers = sync.Pool{New: func() any { return new(Writer) }}

// NewWriter is a Writer that appends to buf. Done with it, Release gives what it remembers to the next one.
func NewWriter(buf []byte) *Writer {
	w := writers.Get().(*Writer)
	w.Buf = buf
	return w
}

// Release ends the use of a Writer that NewWriter gave. What it wrote is the caller's.
func (w *Writer) Release() {
	w.Buf, w.err = nil, nil
	w.known = w.known[:0]
	writers.Put(w)
}

// Begin begins a message at the end of Buf, forgets earlier faults, and returns the place of the root's offset, which
// the root's encoder fills in.
func (w *Writer) Begin() int {
	w.err = nil
	w.known = w.known[:0]
	w.base = len(w.Buf)
	w.extend(4)
	return w.base
}

// Err is the first fault since Begin, INVALID_PAYLOAD, or nil.
func (w *Writer) Err() error { return w.err }

// Fail notes a fault, unless there was one before.
func (w *Writer) Fail(message string) {
	if w.err == nil {
		w.err = fault.New(fault.InvalidPayload, message)
	}
}

// Missing notes that a required field is nil. The field is named as in EchoRequest.input.
func (w *Writer) Missing(field string) { w.Fail(field + " is required") }

// Table opens a table: writes its vtable, unless this message has the same one already, enters its offset at slot,
// and leaves room for the fields that mask says are present. It returns the position of the first of them, where the
// caller writes them all; 0 after a fault. The root has depth 1, every table one more than the one that holds it.
func (w *Writer) Table(slot int, layout *Layout, mask uint64, depth int) int {
	if !w.mayOpen(depth) {
		return 0
	}
	shape := layout.shape(mask)
	for n := len(w.known) - 1; n >= 0; n-- {
		if w.known[n].shape == shape {
			return w.open(slot, layout, shape, w.known[n].at)
		}
	}
	return w.open(slot, layout, shape, -1)
}

// WideTable is Table for those of more than 64 fields.
func (w *Writer) WideTable(slot int, layout *Layout, masks []uint64, depth int) int {
	if !w.mayOpen(depth) {
		return 0
	}
	shape := layout.newShape(masks)
	for n := len(w.known) - 1; n >= 0; n-- {
		if known := w.known[n]; known.layout == layout && bytes.Equal(known.shape.vtable, shape.vtable) {
			return w.open(slot, layout, shape, known.at)
		}
	}
	return w.open(slot, layout, shape, -1)
}

func (w *Writer) mayOpen(depth int) bool {
	if w.err != nil {
		return false
	}
	if depth > MaxDepth {
		w.Fail("the value has more than 64 tables within each other, or contains itself")
		return false
	}
	return true
}

// open opens a table whose vtable is at a position of the message; -1 = it has to be written.
func (w *Writer) open(slot int, layout *Layout, shape *shape, vtable int) int {
	vtableBytes, tableBytes := len(shape.vtable), shape.tableBytes
	if tableBytes > math.MaxUint16 {
		w.Fail("a table is larger than 65535 bytes")
		return 0
	}
	at := len(w.Buf)
	if vtable < 0 {
		at += (vtableBytes + 3) &^ 3
	}
	// The fields begin 4 bytes into the table, with the widest: that is what has to be aligned.
	at += (w.base - 4 - at) & (layout.alignment - 1)
	if !w.extend(at + tableBytes - len(w.Buf)) {
		return 0
	}
	if vtable < 0 {
		vtable = at - vtableBytes
		copy(w.Buf[vtable:], shape.vtable)
		w.remember(knownVtable{layout: layout, shape: shape, at: vtable})
	}
	w.PutUint32(at, uint32(at-vtable))
	w.PutUint32(slot, uint32(at-slot))
	return at + 4
}

func (w *Writer) remember(vtable knownVtable) {
	if len(w.known) == rememberedVtables {
		w.known = slices.Delete(w.known, 0, rememberedVtables/2)
	}
	w.known = append(w.known, vtable)
}

// String writes a string and its offset at slot. Text that is not UTF-8 is a fault of the field.
func (w *Writer) String(slot int, text, field string) {
	if !utf8.ValidString(text) {
		w.Fail(field + " is not valid UTF-8")
	}
	if at := w.openVector(slot, len(text), len(text)+1, 4); at != 0 {
		copy(w.Buf[at:], text)
	}
}

// Vector writes a vector's offset at slot and its length, and leaves room for its elements, cleared. It returns the
// position of the first, where the caller writes them all; 0 after a fault.
func (w *Writer) Vector(slot, length, elementBytes, alignment int) int {
	if length > maxBytes {
		w.tooLarge()
		return 0
	}
	return w.openVector(slot, length, length*elementBytes, alignment)
}

// Struct leaves room for a struct that stands by itself, as a member of a union, and writes its offset at slot. It
// returns its position, where the caller writes all its bytes; 0 after a fault.
func (w *Writer) Struct(slot, bytes, alignment int) int {
	if w.err != nil {
		return 0
	}
	at := len(w.Buf)
	at += (w.base - at) & (alignment - 1)
	if !w.extend(at + bytes - len(w.Buf)) {
		return 0
	}
	w.PutUint32(slot, uint32(at-slot))
	return at
}

// openVector aligns the elements, which follow the length, and enters the offset.
func (w *Writer) openVector(slot, length, bytes, alignment int) int {
	if w.err != nil {
		return 0
	}
	at := len(w.Buf)
	at += (w.base - at) & 3
	if alignment > 4 {
		at += (w.base - 4 - at) & (alignment - 1)
	}
	if !w.extend(at + 4 + bytes - len(w.Buf)) {
		return 0
	}
	w.PutUint32(slot, uint32(at-slot))
	w.PutUint32(at, uint32(length))
	return at + 4
}

// extend appends cleared bytes.
func (w *Writer) extend(count int) bool {
	if count < 0 || len(w.Buf)-w.base > maxBytes-count {
		w.tooLarge()
		return false
	}
	from := len(w.Buf)
	w.Buf = slices.Grow(w.Buf, count)[:from+count]
	clear(w.Buf[from:])
	return true
}

func (w *Writer) tooLarge() { w.Fail("the message is larger than 2 GiB") }

// PutBool stores a bool at a position that is there.
func (w *Writer) PutBool(at int, value bool) {
	if value {
		w.Buf[at] = 1
	} else {
		w.Buf[at] = 0
	}
}

// PutUint8 stores one byte at a position that is there.
func (w *Writer) PutUint8(at int, value uint8) { w.Buf[at] = value }

// PutUint16 stores two bytes at a position that is there.
func (w *Writer) PutUint16(at int, value uint16) { binary.LittleEndian.PutUint16(w.Buf[at:], value) }

// PutUint32 stores four bytes at a position that is there.
func (w *Writer) PutUint32(at int, value uint32) { binary.LittleEndian.PutUint32(w.Buf[at:], value) }

// PutUint64 stores eight bytes at a position that is there.
func (w *Writer) PutUint64(at int, value uint64) { binary.LittleEndian.PutUint64(w.Buf[at:], value) }

// PutFloat32 stores a number at a position that is there.
func (w *Writer) PutFloat32(at int, value float32) { w.PutUint32(at, math.Float32bits(value)) }

// PutFloat64 stores a number at a position that is there.
func (w *Writer) PutFloat64(at int, value float64) { w.PutUint64(at, math.Float64bits(value)) }
