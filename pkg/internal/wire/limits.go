// Package wire turns bytes into frames and back, within the limits of the protocol. It knows neither sockets nor
// time nor calls.
package wire

import "time"

// Numbers of PROTOCOL.md that both sides hold to whatever is configured.
const (
	// V1MaxPayloadBytes is the largest payload of a version 1 frame, and so the largest version 1 message.
	V1MaxPayloadBytes = 4_194_304
	// V2MaxPayloadBytes is the largest payload of a version 2 frame; longer messages travel in fragments.
	V2MaxPayloadBytes = 1_048_576
	// HandshakeMaxPayloadBytes is the largest payload of a frame before the handshake is done.
	HandshakeMaxPayloadBytes = 65_536
	// HandshakeTimeout is how long a handshake may take.
	HandshakeTimeout = 5 * time.Second
	// MaxUnfinishedHandshakes is how many connections of one listener may not have finished theirs.
	MaxUnfinishedHandshakes = 16

	// DefaultMaxMessageBytes is the largest body that a side receives where nothing else is configured.
	DefaultMaxMessageBytes = 4_194_304
	// LeastMaxMessageBytes is the least that a side may say it takes.
	LeastMaxMessageBytes = 1_024
	// DefaultMaxConcurrentCalls is how many calls may be open at once where nothing else is configured.
	DefaultMaxConcurrentCalls = 256
	// DefaultStreamWindow is the credit of a stream of messages where nothing else is said, bytes.
	DefaultStreamWindow = 1_048_576
	// MaxStreamWindow is the most that a stream's window, and its credit ever, may be.
	MaxStreamWindow = 2_147_483_647

	// MaxUnfinishedMessages is how many messages may be unfinished at once in each direction.
	MaxUnfinishedMessages = 4
	// MaxMetadataBytes is what the 16-bit length in the header allows.
	MaxMetadataBytes = 65_535
)
