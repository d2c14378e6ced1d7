package codec

import (
	"fmt"
	"math"
)

type integer8 interface{ ~int8 | ~uint8 }
type integer16 interface{ ~int16 | ~uint16 }
type integer32 interface{ ~int32 | ~uint32 }
type integer64 interface{ ~int64 | ~uint64 }

// WriteBytes writes a vector of bytes and its offset at slot.
func WriteBytes(w *Writer, slot int, values []byte) {
	if at := w.Vector(slot, len(values), 1, 4); at != 0 {
		copy(w.Buf[at:], values)
	}
}

// WriteBools writes a vector of bools and its offset at slot.
func WriteBools(w *Writer, slot int, values []bool) {
	if at := w.Vector(slot, len(values), 1, 4); at != 0 {
		for i, value := range values {
			w.PutBool(at+i, value)
		}
	}
}

// WriteIntegers8 writes a vector of integers of one byte and its offset at slot.
func WriteIntegers8[E integer8](w *Writer, slot int, values []E) {
	if at := w.Vector(slot, len(values), 1, 4); at != 0 {
		for i, value := range values {
			w.PutUint8(at+i, uint8(value))
		}
	}
}

// WriteIntegers16 writes a vector of integers of two bytes and its offset at slot.
func WriteIntegers16[E integer16](w *Writer, slot int, values []E) {
	if at := w.Vector(slot, len(values), 2, 4); at != 0 {
		for i, value := range values {
			w.PutUint16(at+2*i, uint16(value))
		}
	}
}

// WriteIntegers32 writes a vector of integers of four bytes and its offset at slot.
func WriteIntegers32[E integer32](w *Writer, slot int, values []E) {
	if at := w.Vector(slot, len(values), 4, 4); at != 0 {
		for i, value := range values {
			w.PutUint32(at+4*i, uint32(value))
		}
	}
}

// WriteIntegers64 writes a vector of integers of eight bytes and its offset at slot.
func WriteIntegers64[E integer64](w *Writer, slot int, values []E) {
	if at := w.Vector(slot, len(values), 8, 8); at != 0 {
		for i, value := range values {
			w.PutUint64(at+8*i, uint64(value))
		}
	}
}

// WriteFloats32 writes a vector of float32 and its offset at slot.
func WriteFloats32(w *Writer, slot int, values []float32) {
	if at := w.Vector(slot, len(values), 4, 4); at != 0 {
		for i, value := range values {
			w.PutFloat32(at+4*i, value)
		}
	}
}

// WriteFloats64 writes a vector of float64 and its offset at slot.
func WriteFloats64(w *Writer, slot int, values []float64) {
	if at := w.Vector(slot, len(values), 8, 8); at != 0 {
		for i, value := range values {
			w.PutFloat64(at+8*i, value)
		}
	}
}

// WriteStrings writes a vector of strings and its offset at slot.
func WriteStrings(w *Writer, slot int, values []string, field string) {
	WriteOffsets(w, slot, len(values), func(slot, i int) { w.String(slot, values[i], field) })
}

// WriteOffsets writes a vector of offsets and its own at slot, and has each element written, which enters its offset.
func WriteOffsets(w *Writer, slot, count int, write func(slot, index int)) {
	at := w.Vector(slot, count, 4, 4)
	if at == 0 {
		return
	}
	for i := 0; i < count && w.err == nil; i++ {
		write(at+4*i, i)
	}
}

// WriteStructs writes a vector of structs and its offset at slot, and has all bytes of each element written.
func WriteStructs[E any](w *Writer, slot int, values []E, bytes, alignment int, put func(w *Writer, at int, value *E)) {
	if at := w.Vector(slot, len(values), bytes, alignment); at != 0 {
		for i := range values {
			put(w, at+bytes*i, &values[i])
		}
	}
}

// ReadBytes is a copy of the vector of bytes whose offset is stored at slot.
func ReadBytes(r *Reader, slot int) []byte {
	first, count := r.Vector(slot, 1)
	values := make([]byte, count)
	copy(values, r.buf[first:])
	return values
}

// ReadBools is the vector of bools whose offset is stored at slot.
func ReadBools(r *Reader, slot int) []bool {
	first, count := r.Vector(slot, 1)
	values := make([]bool, count)
	for i := range values {
		values[i] = r.Bool(first + i)
	}
	return values
}

// ReadIntegers8 is the vector of integers of one byte whose offset is stored at slot.
func ReadIntegers8[E integer8](r *Reader, slot int) []E {
	first, count := r.Vector(slot, 1)
	values := make([]E, count)
	for i := range values {
		values[i] = E(r.buf[first+i])
	}
	return values
}

// ReadIntegers16 is the vector of integers of two bytes whose offset is stored at slot.
func ReadIntegers16[E integer16](r *Reader, slot int) []E {
	first, count := r.Vector(slot, 2)
	values := make([]E, count)
	for i := range values {
		values[i] = E(r.Uint16(first + 2*i))
	}
	return values
}

// ReadIntegers32 is the vector of integers of four bytes whose offset is stored at slot.
func ReadIntegers32[E integer32](r *Reader, slot int) []E {
	first, count := r.Vector(slot, 4)
	values := make([]E, count)
	for i := range values {
		values[i] = E(r.Uint32(first + 4*i))
	}
	return values
}

// ReadIntegers64 is the vector of integers of eight bytes whose offset is stored at slot.
func ReadIntegers64[E integer64](r *Reader, slot int) []E {
	first, count := r.Vector(slot, 8)
	values := make([]E, count)
	for i := range values {
		values[i] = E(r.Uint64(first + 8*i))
	}
	return values
}

// ReadFloats32 is the vector of float32 whose offset is stored at slot.
func ReadFloats32(r *Reader, slot int) []float32 {
	first, count := r.Vector(slot, 4)
	values := make([]float32, count)
	for i := range values {
		values[i] = r.Float32(first + 4*i)
	}
	return values
}

// ReadFloats64 is the vector of float64 whose offset is stored at slot.
func ReadFloats64(r *Reader, slot int) []float64 {
	first, count := r.Vector(slot, 8)
	values := make([]float64, count)
	for i := range values {
		values[i] = r.Float64(first + 8*i)
	}
	return values
}

// ReadStrings is the vector of strings whose offset is stored at slot.
func ReadStrings(r *Reader, slot int) []string {
	return ReadOffsets(r, slot, func(slot int) string { return r.String(slot) })
}

// ReadOffsets is the vector of offsets whose own is stored at slot, each element read from its slot.
func ReadOffsets[E any](r *Reader, slot int, read func(slot int) E) []E {
	first, count := r.Vector(slot, 4)
	values := make([]E, count)
	for i := range values {
		if r.err != nil {
			return nil
		}
		values[i] = read(first + 4*i)
	}
	return values
}

// ReadStructs is the vector of structs whose offset is stored at slot.
func ReadStructs[E any](r *Reader, slot, bytes int, get func(r *Reader, at int, value *E)) []E {
	first, count := r.Vector(slot, bytes)
	values := make([]E, count)
	for i := range values {
		get(r, first+bytes*i, &values[i])
	}
	return values
}

// ReadUnions is a vector of unions: its type codes, whose offset is stored at codesSlot, and its values.
func ReadUnions[E any](r *Reader, codesSlot, slot int, field string, read func(code uint8, slot int) E) []E {
	firstCode, codes := r.Vector(codesSlot, 1)
	first, count := r.Vector(slot, 4)
	if codes != count {
		r.Fail(slot, fmt.Sprintf("%s has %d type codes for %d values", field, codes, count))
		return nil
	}
	values := make([]E, count)
	for i := range values {
		if r.err != nil {
			return nil
		}
		values[i] = read(r.buf[firstCode+i], first+4*i)
	}
	return values
}

// DiffersFrom32 reports whether a number is not its field's default. Zero is not minus zero, and NaN is NaN.
func DiffersFrom32(value, fallback float32) bool {
	return DiffersFrom64(float64(value), float64(fallback))
}

// DiffersFrom64 is DiffersFrom32 for float64.
func DiffersFrom64(value, fallback float64) bool {
	if math.IsNaN(value) {
		return !math.IsNaN(fallback)
	}
	return math.Float64bits(value) != math.Float64bits(fallback)
}
