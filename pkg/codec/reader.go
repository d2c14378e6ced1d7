package codec

import (
	"encoding/binary"
	"fmt"
	"math"
	"unicode/utf8"

	"github.com/dlahoza/pluginart/pkg/fault"
)

// Reader reads one message and trusts nothing: every offset, length and vtable is checked before it is followed.
// Alignment is not: no read here needs it.
//
// Time and memory are bounded by the size of the message: a budget of 16 times its bytes plus 65,536 is reduced by
// the bytes of every table (with its vtable), string and vector visited, and running out of it is a fault. Objects
// may be shared, as builders do with vtables and equal strings, but each visit counts: a small message cannot unfold
// into a large value.
//
// After a fault every table is empty and every vector has no elements.
type Reader struct {
	buf    []byte
	budget int
	err    error
}

// Table is an open table; its fields are looked up with Reader.Field. The zero value has none.
type Table struct {
	at          int
	bytes       int
	vtable      int
	vtableBytes int
}

// NewReader turns to one message, which has to be all of the bytes. They must not change while it is read.
func NewReader(message []byte) Reader {
	return Reader{buf: message, budget: 16*len(message) + 65536}
}

// Err is the first fault, INVALID_PAYLOAD, or nil.
func (r *Reader) Err() error { return r.err }

// Root is the position of the root table.
func (r *Reader) Root() int {
	if len(r.buf) < 8 {
		r.fail(fmt.Sprintf("a message of %d bytes is too short for a table", len(r.buf)))
		return 0
	}
	return r.Indirect(0)
}

// Indirect follows the offset stored at a position that Field or Vector gave; at least 4 bytes follow its target.
// It returns 0 after a fault.
func (r *Reader) Indirect(at int) int {
	if r.err != nil {
		return 0
	}
	offset := r.int32(at)
	if offset <= 0 || offset > len(r.buf)-at-4 {
		r.Fail(at, fmt.Sprintf("an offset of %d leads out of it", uint32(offset)))
		return 0
	}
	return at + offset
}

// Table opens the table at a position that Root or Indirect gave: checks it and its vtable. The root has depth 1,
// every table one more than the one that holds it.
func (r *Reader) Table(at, depth int) Table {
	if r.err != nil {
		return Table{}
	}
	if depth > MaxDepth {
		r.Fail(at, "more than 64 tables lie within each other")
		return Table{}
	}
	vtable := at - r.int32(at)
	if vtable < 0 || vtable > len(r.buf)-4 {
		r.Fail(at, "a vtable lies outside of it")
		return Table{}
	}
	vtableBytes := int(r.Uint16(vtable))
	tableBytes := int(r.Uint16(vtable + 2))
	if vtableBytes < 4 || vtableBytes&1 != 0 || vtableBytes > len(r.buf)-vtable {
		r.Fail(vtable, fmt.Sprintf("a vtable cannot have %d bytes", vtableBytes))
		return Table{}
	}
	if tableBytes < 4 || tableBytes > len(r.buf)-at {
		r.Fail(at, fmt.Sprintf("a table cannot have %d bytes", tableBytes))
		return Table{}
	}
	if !r.spend(vtableBytes + tableBytes) {
		return Table{}
	}
	return Table{at: at, bytes: tableBytes, vtable: vtable, vtableBytes: vtableBytes}
}

// Field is where a field of a table lies; 0 = absent. The entry is the place of its offset in the vtable, 4 + 2 *
// slot; bytes is what the field takes in the table, all of which are there.
func (r *Reader) Field(table Table, entry, bytes int) int {
	if entry >= table.vtableBytes {
		return 0
	}
	offset := int(r.Uint16(table.vtable + entry))
	if offset == 0 {
		return 0
	}
	if offset+bytes > table.bytes {
		r.Fail(table.at, "a field lies outside of its table")
		return 0
	}
	return table.at + offset
}

// UnionCode is the type code of a union in a table; 0 = absent. The entry is as for Field.
func (r *Reader) UnionCode(table Table, entry int) uint8 {
	if at := r.Field(table, entry, 1); at != 0 {
		return r.buf[at]
	}
	return 0
}

// String is the string whose offset is stored at slot.
func (r *Reader) String(slot int) string {
	at := r.Indirect(slot)
	if at == 0 {
		return ""
	}
	length := r.int32(at)
	from := at + 4
	if length < 0 || length >= len(r.buf)-from {
		r.Fail(at, fmt.Sprintf("a string of %d bytes leads out of it", uint32(length)))
		return ""
	}
	if r.buf[from+length] != 0 {
		r.Fail(at, "a string does not end with a zero byte")
		return ""
	}
	if !r.spend(length + 5) {
		return ""
	}
	text := r.buf[from : from+length]
	if !utf8.Valid(text) {
		r.Fail(from, "a string is not valid UTF-8")
		return ""
	}
	return string(text)
}

// Vector opens the vector whose offset is stored at slot: the position of its first element and their number, all of
// which are there.
func (r *Reader) Vector(slot, elementBytes int) (first, count int) {
	at := r.Indirect(slot)
	if at == 0 {
		return 0, 0
	}
	count = r.int32(at)
	if count < 0 || count > (len(r.buf)-at-4)/elementBytes {
		r.Fail(at, fmt.Sprintf("a vector of %d elements, of %d bytes each, leads out of it", uint32(count), elementBytes))
		return 0, 0
	}
	if !r.spend(count*elementBytes + 4) {
		return 0, 0
	}
	return at + 4, count
}

// Struct is the position of the struct whose offset is stored at slot, with all its bytes; 0 after a fault.
func (r *Reader) Struct(slot, bytes int) int {
	if r.err != nil {
		return 0
	}
	// Not Indirect: a struct may be shorter than the 4 bytes that everything else has at least.
	offset := r.int32(slot)
	if offset <= 0 || offset > len(r.buf)-slot-bytes {
		r.Fail(slot, "a struct leads out of it")
		return 0
	}
	if !r.spend(bytes) {
		return 0
	}
	return slot + offset
}

// Missing notes that a required field is absent. The field is named as in EchoRequest.input.
func (r *Reader) Missing(field string) { r.fail(field + " is required") }

// UnknownMember notes a type code that its union does not have, for the offset stored at slot.
func (r *Reader) UnknownMember(slot int, union string, code uint8) {
	r.Fail(slot, fmt.Sprintf("%s has no member %d", union, code))
}

// Fail notes a fault at a position, unless there was one before.
func (r *Reader) Fail(at int, what string) {
	if r.err == nil {
		r.fail(fmt.Sprintf("the message is no valid FlatBuffer at byte %d of %d: %s", at, len(r.buf), what))
	}
}

func (r *Reader) fail(message string) {
	if r.err == nil {
		r.err = fault.New(fault.InvalidPayload, message)
	}
}

func (r *Reader) spend(bytes int) bool {
	if r.budget -= bytes; r.budget < 0 {
		r.fail(fmt.Sprintf("the message unfolds to more than 16 times its %d bytes", len(r.buf)))
		return false
	}
	return true
}

func (r *Reader) int32(at int) int { return int(int32(binary.LittleEndian.Uint32(r.buf[at:]))) }

// Bool loads a bool from a position that is there.
func (r *Reader) Bool(at int) bool { return r.buf[at] != 0 }

// Uint8 loads one byte from a position that is there.
func (r *Reader) Uint8(at int) uint8 { return r.buf[at] }

// Uint16 loads two bytes from a position that is there.
func (r *Reader) Uint16(at int) uint16 { return binary.LittleEndian.Uint16(r.buf[at:]) }

// Uint32 loads four bytes from a position that is there.
func (r *Reader) Uint32(at int) uint32 { return binary.LittleEndian.Uint32(r.buf[at:]) }

// Uint64 loads eight bytes from a position that is there.
func (r *Reader) Uint64(at int) uint64 { return binary.LittleEndian.Uint64(r.buf[at:]) }

// Float32 loads a number from a position that is there.
func (r *Reader) Float32(at int) float32 { return math.Float32frombits(r.Uint32(at)) }

// Float64 loads a number from a position that is there.
func (r *Reader) Float64(at int) float64 { return math.Float64frombits(r.Uint64(at)) }
