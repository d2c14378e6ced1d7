package wire

import "github.com/dlahoza/pluginart/pkg/fault"

// knownType marks the types of section 6 in allowedFlags; it is a reserved flag, so no frame has it.
const knownType = 0x80

// allowedFlags are those that each known type may bear (V2-F4). COMPRESSED and SHARED are allowed only where they
// were negotiated, and this runtime declines both.
var allowedFlags = [256]byte{
	V2Call:        knownType | FlagUp | FlagDown | FlagPieces,
	V2Response:    knownType | FlagPieces,
	V2Error:       knownType,
	V2Cancel:      knownType,
	V2Ping:        knownType,
	V2Pong:        knownType,
	V2Message:     knownType | FlagPieces,
	V2End:         knownType,
	V2Credit:      knownType,
	V2Goaway:      knownType,
	V2Release:     knownType,
	V2Describe:    knownType,
	V2Description: knownType | FlagPieces,
}

// CheckFrame checks what a version 2 frame must be whatever the state of its stream: PROTOCOL.md, section 6. It
// returns false for a frame to be skipped.
func CheckFrame(frame *Frame) (bool, *fault.Error) {
	allowed := allowedFlags[frame.Type]
	if allowed == 0 {
		if frame.Type >= v2FirstCriticalType {
			return false, Violation("a frame of unknown type %d (V2-F5)", frame.Type)
		}
		return false, nil
	}
	if frame.Flags&^allowed != 0 {
		return false, Violation("flags %d on a frame of type %d (V2-F4)", frame.Flags, frame.Type)
	}
	if (frame.Stream == 0) != concernsConnection(frame.Type) {
		return false, Violation("a frame of type %d on stream %d (V2-F6)", frame.Type, frame.Stream)
	}
	if frame.Type == V2Release {
		return false, Violation("RELEASE without shared memory (V2-Y6)")
	}
	return true, nil
}

func concernsConnection(frameType byte) bool {
	return frameType == V2Ping || frameType == V2Pong || frameType == V2Goaway || frameType == V2Release
}
