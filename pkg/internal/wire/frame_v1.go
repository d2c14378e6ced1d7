package wire

import "encoding/binary"

// V1HeaderBytes is the length of a version 1 header: PLGN, length uint32, type uint8. PROTOCOL.md, section 4.1.
const V1HeaderBytes = 9

const v1Magic = "PLGN"

// Types of version 1 frames.
const (
	V1HandshakeRequest  = 1
	V1HandshakeResponse = 2
	V1CallRequest       = 3
	V1CallResponse      = 4
	V1PluginError       = 5
	V1Cancel            = 6
	V1Ping              = 7
	V1Pong              = 8
)

// AppendV1Frame appends a whole version 1 frame.
func AppendV1Frame(buffer []byte, frameType byte, payload []byte) []byte {
	buffer = append(buffer, v1Magic...)
	buffer = binary.LittleEndian.AppendUint32(buffer, uint32(len(payload)))
	buffer = append(buffer, frameType)
	return append(buffer, payload...)
}

// PutV1Header writes the header of a version 1 frame to the first 9 bytes of buffer.
func PutV1Header(buffer []byte, frameType byte, payloadBytes int) {
	copy(buffer, v1Magic)
	binary.LittleEndian.PutUint32(buffer[4:], uint32(payloadBytes))
	buffer[8] = frameType
}
