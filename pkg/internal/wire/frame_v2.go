package wire

import "encoding/binary"

// V2HeaderBytes is the length of a version 2 header. PROTOCOL.md, section 6.
const V2HeaderBytes = 16

// Types of version 2 frames.
const (
	V2Call        = 3
	V2Response    = 4
	V2Error       = 5
	V2Cancel      = 6
	V2Ping        = 7
	V2Pong        = 8
	V2Message     = 9
	V2End         = 10
	V2Credit      = 11
	V2Goaway      = 12
	V2Release     = 13
	V2Describe    = 14
	V2Description = 15

	// v2FirstCriticalType: unknown types from here on break the connection, those below are skipped.
	v2FirstCriticalType = 0x80
)

// Flags of version 2 frames.
const (
	// FlagCompressed: the body is a uint32 of the uncompressed length, then the compressed message.
	FlagCompressed = 1
	// FlagShared: the body lies in shared memory.
	FlagShared = 2
	// FlagUp on CALL: the caller will send MESSAGEs.
	FlagUp = 4
	// FlagMore: more frames of this message follow.
	FlagMore = 8
	// FlagCont: this frame continues a message.
	FlagCont = 16
	// FlagDown on CALL: the callee will send MESSAGEs.
	FlagDown = 32

	// FlagPieces are those that a message in fragments has.
	FlagPieces = FlagMore | FlagCont

	v2ReservedFlags = 0xc0
)

// V2Header is what a version 2 frame says before its payload.
type V2Header struct {
	// PayloadBytes is metadata and body together, at most 1 MiB.
	PayloadBytes  int
	Type, Flags   byte
	MetadataBytes int
	Stream, Arg   uint32
}

// Put writes the header to the first 16 bytes of buffer.
func (h V2Header) Put(buffer []byte) {
	_ = buffer[15]
	binary.LittleEndian.PutUint32(buffer, uint32(h.PayloadBytes))
	buffer[4] = h.Type
	buffer[5] = h.Flags
	binary.LittleEndian.PutUint16(buffer[6:], uint16(h.MetadataBytes))
	binary.LittleEndian.PutUint32(buffer[8:], h.Stream)
	binary.LittleEndian.PutUint32(buffer[12:], h.Arg)
}

// Append appends the header to buffer.
func (h V2Header) Append(buffer []byte) []byte {
	var header [V2HeaderBytes]byte
	h.Put(header[:])
	return append(buffer, header[:]...)
}
