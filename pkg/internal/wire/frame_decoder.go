package wire

import (
	"encoding/binary"

	"github.com/dlahoza/pluginart/pkg/fault"
)

// Mode is what a decoder reads: the one frame of a handshake, or a version's frames after it.
type Mode uint8

// Modes of a decoder.
const (
	ModeHandshake Mode = iota
	ModeV1
	ModeV2
)

const (
	// readBytes is how much is read at a time: metadata at its longest fits, with what comes before and after it in a
	// first fragment. Longer payloads are collected outside.
	readBytes = 65_536 + V2HeaderBytes + TotalBytes
	// headerReadBytes is how much is read while the header of a fragment is likely to come next.
	headerReadBytes = 4_096
	// firstCollectedBytes is what is set aside for a long payload at first, and kept for the next; more, as bytes come
	// (V1-F4).
	firstCollectedBytes = 131_072 + 65_536
)

// Decoder makes frames of bytes. Read into Space, say how much with Filled, then call Next until it has no more. In
// ModeHandshake, which it starts in, it stops after one frame until SetMode says how to read on: the first frame of
// version 2 may sit in the same read as the last of version 1.
//
// With an assembler, a fragment that has not come whole is given out in parts, each as a fragment of its own, and bytes
// are read straight to where the message will lie.
type Decoder struct {
	mode    Mode
	waiting bool
	err     *fault.Error
	// buffer[read:written] was not decoded yet.
	buffer        []byte
	read, written int
	// frame's payload is being collected where collecting is set: it is longer than the buffer.
	collecting    bool
	frame         Frame
	metadataBytes int
	payloadBytes  int
	// collected is kept from one payload to the next where it is of the first size.
	collected []byte

	assembler *Assembler
	// fragment is what is left of one of which the beginning was given out; nothing where isInFragment is not set.
	isInFragment  bool
	fragmentBytes int
	// isLast: the fragment is its message's last.
	isLast bool
	// inAssembler: the last Space was the assembler's.
	inAssembler bool
}

// NewDecoder makes a decoder in ModeHandshake.
func NewDecoder() *Decoder {
	return &Decoder{buffer: make([]byte, readBytes)}
}

// SetMode says how to read on; Next may have a frame at once.
func (d *Decoder) SetMode(mode Mode) {
	d.mode = mode
	d.waiting = false
}

// Assemble has fragments read to the assembler, which gets each frame that has MORE or CONT, unless nobody wants it.
func (d *Decoder) Assemble(assembler *Assembler) { d.assembler = assembler }

// HasPending reports whether the peer has sent more than the frames that Next gave.
func (d *Decoder) HasPending() bool {
	return d.written > d.read || d.collecting || d.isInFragment
}

// Space is where the next bytes are to be read to. It ends the life of the frame that Next gave last. It is empty only
// where a peer sent more than 64 KiB without waiting for the end of the handshake.
func (d *Decoder) Space() []byte {
	if d.collecting {
		if len(d.collected) == cap(d.collected) {
			grown := make([]byte, len(d.collected), min(d.payloadBytes, 2*cap(d.collected)))
			copy(grown, d.collected)
			d.collected = grown
		}
		return d.collected[len(d.collected):min(cap(d.collected), d.payloadBytes)]
	}
	if d.isInFragment && d.read == d.written {
		space := d.assembler.Space(d.frame.Stream, d.fragmentBytes)
		if d.inAssembler = len(space) > 0; d.inAssembler {
			return space
		}
	}
	if d.read > 0 {
		d.written = copy(d.buffer, d.buffer[d.read:d.written])
		d.read = 0
	}
	if d.written == 0 && d.assembler != nil && d.assembler.Unfinished() > 0 {
		// What is read of a fragment with its header has to be moved to its place.
		return d.buffer[:headerReadBytes]
	}
	return d.buffer[d.written:]
}

// Filled says how many bytes were read to the start of Space.
func (d *Decoder) Filled(bytes int) {
	switch {
	case d.collecting:
		d.collected = d.collected[:len(d.collected)+bytes]
	case d.inAssembler:
		d.inAssembler = false
		d.assembler.Filled(d.frame.Stream, bytes)
		d.fragmentBytes -= bytes
	default:
		d.written += bytes
	}
}

// Next gives the next whole frame; nil where more bytes are needed, or SetMode. A violation stays: the connection is
// to be closed.
func (d *Decoder) Next() (*Frame, *fault.Error) {
	if d.err != nil {
		return nil, d.err
	}
	if d.waiting {
		return nil, nil
	}
	frame, err := d.next()
	d.err = err
	if frame != nil && d.mode == ModeHandshake {
		d.waiting = true
	}
	return frame, err
}

func (d *Decoder) next() (*Frame, *fault.Error) {
	if d.collecting {
		if len(d.collected) < d.payloadBytes {
			return nil, nil
		}
		d.collecting = false
		owned := cap(d.collected) > firstCollectedBytes
		d.setPayload(d.collected, owned)
		if owned {
			d.collected = nil
		}
		return &d.frame, nil
	}
	if d.isInFragment {
		return d.restOfFragment(), nil
	}
	headerBytes, err := d.readHeader()
	if err != nil || headerBytes == 0 {
		return nil, err
	}
	if d.assembler != nil && d.frame.Flags&FlagPieces != 0 {
		return d.beginFragment(d.read + headerBytes), nil
	}
	start, end := d.read+headerBytes, d.read+headerBytes+d.payloadBytes
	if end <= d.written {
		d.read = end
		d.setPayload(d.buffer[start:end:end], false)
		return &d.frame, nil
	}
	if headerBytes+d.payloadBytes > len(d.buffer) {
		d.collecting = true
		if d.collected == nil {
			d.collected = make([]byte, 0, firstCollectedBytes)
		}
		d.collected = append(d.collected[:0], d.buffer[start:d.written]...)
		d.read = d.written
	}
	return nil, nil
}

// beginFragment gives out what has come of a fragment: its metadata and total at least.
func (d *Decoder) beginFragment(start int) *Frame {
	least := d.metadataBytes
	if d.frame.Flags&FlagCont == 0 {
		least += min(TotalBytes, d.payloadBytes-d.metadataBytes)
	}
	have := min(d.written-start, d.payloadBytes)
	if have < least {
		return nil
	}
	d.read = start + have
	d.setPayload(d.buffer[start:d.read:d.read], false)
	d.isLast = d.frame.Flags&FlagMore == 0
	d.fragmentBytes = d.payloadBytes - have
	d.isInFragment = d.fragmentBytes > 0
	if d.isInFragment {
		d.frame.Flags |= FlagMore
	}
	return &d.frame
}

// restOfFragment gives out what has come meanwhile, where the assembler did not get it: nil where that is nothing.
func (d *Decoder) restOfFragment() *Frame {
	have := min(d.written-d.read, d.fragmentBytes)
	if have == 0 && d.fragmentBytes > 0 {
		return nil
	}
	d.frame.Metadata = nil
	d.frame.Body = d.buffer[d.read : d.read+have : d.read+have]
	d.read += have
	d.fragmentBytes -= have
	d.isInFragment = d.fragmentBytes > 0
	d.frame.Flags = FlagCont
	if d.isInFragment || !d.isLast {
		d.frame.Flags |= FlagMore
	}
	return &d.frame
}

func (d *Decoder) setPayload(payload []byte, owned bool) {
	d.frame.Metadata = payload[:d.metadataBytes:d.metadataBytes]
	d.frame.Body = payload[d.metadataBytes:]
	d.frame.Owned = owned
}

// readHeader returns how long the header is; 0 where it is not here yet.
func (d *Decoder) readHeader() (int, *fault.Error) {
	header := d.buffer[d.read:d.written]
	if d.mode == ModeV2 {
		if len(header) < V2HeaderBytes {
			return 0, nil
		}
		return V2HeaderBytes, d.readV2Header(header)
	}
	for at := range min(len(v1Magic), len(header)) {
		if header[at] != v1Magic[at] {
			return 0, Violation("a frame must begin with %q, not with %q", v1Magic, header[:min(4, len(header))])
		}
	}
	if len(header) < V1HeaderBytes {
		return 0, nil
	}
	length := binary.LittleEndian.Uint32(header[4:])
	most := uint32(V1MaxPayloadBytes)
	if d.mode == ModeHandshake {
		most = HandshakeMaxPayloadBytes
	}
	if length > most {
		return 0, tooLong(length, most)
	}
	d.payloadBytes, d.metadataBytes = int(length), 0
	d.frame = Frame{Type: header[8]}
	return V1HeaderBytes, nil
}

func (d *Decoder) readV2Header(header []byte) *fault.Error {
	length := binary.LittleEndian.Uint32(header)
	metadataBytes := int(binary.LittleEndian.Uint16(header[6:]))
	flags := header[5]
	if flags&v2ReservedFlags != 0 {
		return Violation("reserved flags 0x%x (V2-F3)", flags)
	}
	if metadataBytes > int(length) {
		return Violation("%d bytes of metadata in a payload of %d (V2-F2)", metadataBytes, length)
	}
	if length > V2MaxPayloadBytes {
		return tooLong(length, V2MaxPayloadBytes)
	}
	d.payloadBytes, d.metadataBytes = int(length), metadataBytes
	d.frame = Frame{
		Type:   header[4],
		Flags:  flags,
		Stream: binary.LittleEndian.Uint32(header[8:]),
		Arg:    binary.LittleEndian.Uint32(header[12:]),
	}
	return nil
}

func tooLong(length, most uint32) *fault.Error {
	return Violation("a frame of %d bytes where at most %d are allowed", length, most)
}
