package wire

import (
	"encoding/binary"
	"slices"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
)

// TotalBytes is the length of the total at the start of a first fragment's body.
const TotalBytes = 8

// growth bounds what is set aside for a message: so many times what has come of it (V2-F9).
const growth = 4

// Message is a message that came in fragments, whole. Its bytes are the receiver's own.
type Message struct {
	Type byte
	// Flags are those of the first fragment, without MORE.
	Flags       byte
	Stream, Arg uint32
	Metadata    []byte
	Body        []byte
	// Begun is when the first fragment came, as Accept was told.
	Begun time.Time
}

type unfinished struct {
	message Message
	total   int
}

// Assembler puts the long messages of one direction together again. PROTOCOL.md, section 7.
type Assembler struct {
	maxMessageBytes int
	unfinished      []*unfinished
}

// NewAssembler makes an assembler of messages of at most maxMessageBytes.
func NewAssembler(maxMessageBytes int) *Assembler {
	return &Assembler{maxMessageBytes: maxMessageBytes}
}

// Unfinished counts the messages that have begun.
func (a *Assembler) Unfinished() int { return len(a.unfinished) }

// Has reports whether a message is still coming on this stream.
func (a *Assembler) Has(stream uint32) bool { return a.find(stream) >= 0 }

// Accept takes a frame with MORE or CONT, and returns the message that it completes, if it does.
func (a *Assembler) Accept(frame *Frame, now time.Time) (*Message, *fault.Error) {
	if frame.Flags&FlagCont != 0 {
		return a.carryOn(frame)
	}
	return nil, a.begin(frame, now)
}

// Abort drops what a stream has unfinished, after CANCEL or ERROR, and reports whether there was something.
func (a *Assembler) Abort(stream uint32) bool {
	at := a.find(stream)
	if at < 0 {
		return false
	}
	a.unfinished = slices.Delete(a.unfinished, at, at+1)
	return true
}

func (a *Assembler) find(stream uint32) int {
	return slices.IndexFunc(a.unfinished, func(u *unfinished) bool { return u.message.Stream == stream })
}

func (a *Assembler) begin(frame *Frame, now time.Time) *fault.Error {
	if a.Has(frame.Stream) {
		return Violation("a message begins on stream %d inside another (V2-M6)", frame.Stream)
	}
	if len(a.unfinished) >= MaxUnfinishedMessages {
		return Violation("more than %d unfinished messages (V2-M9)", MaxUnfinishedMessages)
	}
	if len(frame.Body) < TotalBytes {
		return Violation("a first fragment without its total (V2-M1)")
	}
	total := binary.LittleEndian.Uint64(frame.Body)
	if total > uint64(a.maxMessageBytes) {
		return Violation("a message of %d bytes where at most %d are taken (V2-M10)", total, a.maxMessageBytes)
	}
	begun := &unfinished{total: int(total), message: Message{
		Type:     frame.Type,
		Flags:    frame.Flags &^ FlagMore,
		Stream:   frame.Stream,
		Arg:      frame.Arg,
		Metadata: slices.Clone(frame.Metadata),
		Begun:    now,
	}}
	a.unfinished = append(a.unfinished, begun)
	return begun.add(frame.Body[TotalBytes:])
}

func (a *Assembler) carryOn(frame *Frame) (*Message, *fault.Error) {
	if len(frame.Metadata) > 0 || frame.Flags&^FlagPieces != 0 {
		return nil, Violation("metadata or flags on a later fragment (V2-M2)")
	}
	at := a.find(frame.Stream)
	if at < 0 {
		// What is left of a message that was abandoned (V2-M5).
		return nil, nil
	}
	begun := a.unfinished[at]
	if begun.message.Type != frame.Type {
		return nil, Violation("a message of type %d goes on as %d (V2-M6)", begun.message.Type, frame.Type)
	}
	if err := begun.add(frame.Body); err != nil {
		return nil, err
	}
	if frame.Flags&FlagMore != 0 {
		return nil, nil
	}
	if got := len(begun.message.Body); got != begun.total {
		return nil, Violation("fragments of %d bytes where %d were announced (V2-M3)", got, begun.total)
	}
	a.unfinished = slices.Delete(a.unfinished, at, at+1)
	return &begun.message, nil
}

func (u *unfinished) add(bytes []byte) *fault.Error {
	body := u.message.Body
	needed := len(body) + len(bytes)
	if needed > u.total {
		return Violation("fragments longer than their total (V2-M3)")
	}
	if needed > cap(body) {
		grown := make([]byte, len(body), min(u.total, growth*needed))
		copy(grown, body)
		body = grown
	}
	u.message.Body = append(body, bytes...)
	return nil
}
