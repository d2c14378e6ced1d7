package codec

import (
	"encoding/binary"
	"sync/atomic"
)

// Layout says how the fields of one table type are laid out. A generated encoder writes those present one after
// the other, in the order given here: by falling alignment, so that nothing lies between them. All
// writers share it; it is safe for concurrent use.
type Layout struct {
	alignment int
	fields    []layoutField
	// Messages mostly look like those before: the shapes used last, each at a place that its mask gives.
	shapes [8]atomic.Pointer[shape]
}

// shape is a table type while a certain set of its fields is present.
type shape struct {
	// mask is the only one of its table; shapes of wide tables are told apart by their vtables.
	mask       uint64
	vtable     []byte
	tableBytes int
}

// layoutField is one entry of a table on the wire.
type layoutField struct {
	slot  int
	bytes int
}

// maskBits are the presence bits in one mask. Tables with more fields have several masks.
const maskBits = 64

// NewLayout makes a layout. The alignment is in bytes, at least 4; each field is its slot in the vtable and the
// bytes that it takes in the table. Field n has bit n of a mask.
func NewLayout(alignment int, fields ...[2]int) *Layout {
	layout := &Layout{alignment: alignment, fields: make([]layoutField, len(fields))}
	for n, field := range fields {
		layout.fields[n] = layoutField{slot: field[0], bytes: field[1]}
	}
	return layout
}

func isPresent(masks []uint64, field int) bool {
	return masks[field/maskBits]&(1<<(field%maskBits)) != 0
}

// shape is for a table with one mask.
func (l *Layout) shape(mask uint64) *shape {
	place := &l.shapes[mask*0x9e3779b97f4a7c15>>61]
	known := place.Load()
	if known == nil || known.mask != mask {
		known = l.newShape([]uint64{mask})
		place.Store(known)
	}
	return known
}

func (l *Layout) newShape(masks []uint64) *shape {
	slots, end := 0, 4
	for n, field := range l.fields {
		if isPresent(masks, n) {
			slots = max(slots, field.slot+1)
		}
	}
	vtable := make([]byte, 4+2*slots)
	for n, field := range l.fields {
		if isPresent(masks, n) {
			binary.LittleEndian.PutUint16(vtable[4+2*field.slot:], uint16(end))
			end += field.bytes
		}
	}
	binary.LittleEndian.PutUint16(vtable, uint16(len(vtable)))
	binary.LittleEndian.PutUint16(vtable[2:], uint16(end))
	return &shape{mask: masks[0], vtable: vtable, tableBytes: end}
}
