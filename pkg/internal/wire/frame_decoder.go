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
	// readBytes is how much is read at a time. Longer payloads are collected outside.
	readBytes = 65_536 + V2HeaderBytes
	// firstCollectedBytes is what is set aside for a long payload at first, and kept for the next; more, as bytes come
	// (V1-F4). The fragments that this runtime sends fit.
	firstCollectedBytes = 262_144 + 1_024
)

// Decoder makes frames of bytes. Read into Space, say how much with Filled, then call Next until it has no more. In
// ModeHandshake, which it starts in, it stops after one frame until SetMode says how to read on: the first frame of
// version 2 may sit in the same read as the last of version 1.
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

// HasPending reports whether the peer has sent more than the frames that Next gave.
func (d *Decoder) HasPending() bool {
	return d.written > d.read || d.collecting
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
	if d.read > 0 {
		d.written = copy(d.buffer, d.buffer[d.read:d.written])
		d.read = 0
	}
	return d.buffer[d.written:]
}

// Filled says how many bytes were read to the start of Space.
func (d *Decoder) Filled(bytes int) {
	if d.collecting {
		d.collected = d.collected[:len(d.collected)+bytes]
	} else {
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
	headerBytes, err := d.readHeader()
	if err != nil || headerBytes == 0 {
		return nil, err
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
