package wire

// Frame is one received frame of either version.
type Frame struct {
	Type byte
	// Flags, Stream, Arg and Metadata are version 2's.
	Flags       byte
	Stream, Arg uint32
	Metadata    []byte
	Body        []byte
	// Owned: Metadata and Body are nobody else's and may be kept; otherwise they are valid until the decoder is asked
	// for space again.
	Owned bool
}

// TakeBody is the body as a slice of one's own, which pins nothing else.
func (f *Frame) TakeBody() []byte {
	if f.Owned {
		return f.Body
	}
	return append(make([]byte, 0, len(f.Body)), f.Body...)
}
