package codec

// Append appends one message to dst. Encode is a generated encoder of a table. After an error, INVALID_PAYLOAD, it
// returns dst as it was.
func Append[T any](dst []byte, value *T, encode func(w *Writer, slot int, value *T, depth int)) ([]byte, error) {
	w := NewWriter(dst)
	defer w.Release()
	encode(w, w.Begin(), value, 1)
	if err := w.Err(); err != nil {
		return dst, err
	}
	return w.Buf, nil
}

// Decode reads one message, which has to be all of the bytes. Decode is a generated decoder of a table. What it
// returns shares no memory with the message. Errors are INVALID_PAYLOAD.
func Decode[T any](message []byte, decode func(r *Reader, at, depth int) *T) (*T, error) {
	r := NewReader(message)
	value := decode(&r, r.Root(), 1)
	if err := r.Err(); err != nil {
		return nil, err
	}
	return value, nil
}
