package codec

// Layout says how the fields of one table type are laid out. A generated encoder writes those present one after
// the other, in the order given here: by falling alignment, so that nothing lies between them. It does not
// change, so that all writers share it.
type Layout struct {
	alignment int
	fields    []layoutField
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

// sizes are the bytes of the vtable and of the table, the offset to the vtable included.
func (l *Layout) sizes(masks []uint64) (vtable, table int) {
	slots, table := 0, 4
	for n, field := range l.fields {
		if isPresent(masks, n) {
			slots = max(slots, field.slot+1)
			table += field.bytes
		}
	}
	return 4 + 2*slots, table
}
