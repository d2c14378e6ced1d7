package wire

import (
	"encoding/binary"
	"slices"
	"time"

	"github.com/dlahoza/pluginart/pkg/fault"
)

// TotalBytes is the length of the total at the start of a first fragment's body.
const TotalBytes = 8

const (
	// growth bounds what is set aside for a message: so many times what has come of it (V2-F9).
	growth = 4
	// leastRoom may be set aside for a message on its header's word.
	leastRoom = 16_384
	// scratchBytes is what a connection keeps for the first bytes of a message that is too long to be set aside yet.
	scratchBytes = 262_144
)

// Message is a message that came in fragments, whole.
type Message struct {
	Type byte
	// Flags are those of the first fragment, without MORE.
	Flags       byte
	Stream, Arg uint32
	Metadata    []byte
	// Body is the receiver's own. Recycle takes its memory when he is done with it.
	Body []byte
	// Begun is when the first fragment came, as Accept was told.
	Begun time.Time
}

type unfinished struct {
	message Message
	total   int
	// inScratch: the body lies in the assembler's scratch.
	inScratch bool
}

// Assembler puts the long messages of one direction together again. PROTOCOL.md, section 7.
type Assembler struct {
	maxMessageBytes int
	unfinished      []unfinished
	// scratch is nil while a message has it.
	scratch []byte
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
func (a *Assembler) Accept(frame *Frame, now time.Time) (message Message, isWhole bool, err *fault.Error) {
	if frame.Flags&FlagCont == 0 {
		return Message{}, false, a.begin(frame, now)
	}
	at, err := a.carryOn(frame)
	if err != nil || at < 0 {
		return Message{}, false, err
	}
	message = a.unfinished[at].message
	a.unfinished = slices.Delete(a.unfinished, at, at+1)
	return message, true, nil
}

// Abort drops what a stream has unfinished, after CANCEL or ERROR, and reports whether there was something.
func (a *Assembler) Abort(stream uint32) bool {
	at := a.find(stream)
	if at < 0 {
		return false
	}
	a.giveUp(&a.unfinished[at])
	a.unfinished = slices.Delete(a.unfinished, at, at+1)
	return true
}

// Space is where the next bytes of the message on this stream belong, at most as many: those that follow in a frame
// that Accept got the beginning of. It is empty where there is no such message, or it has all its bytes.
func (a *Assembler) Space(stream uint32, most int) []byte {
	at := a.find(stream)
	if at < 0 {
		return nil
	}
	u := &a.unfinished[at]
	have := len(u.message.Body)
	if have == cap(u.message.Body) && have < u.total {
		a.grow(u, have+1)
	}
	return u.message.Body[have:min(cap(u.message.Body), u.total, have+most)]
}

// Filled says how many bytes were read to the start of Space.
func (a *Assembler) Filled(stream uint32, bytes int) {
	u := &a.unfinished[a.find(stream)]
	u.message.Body = u.message.Body[:len(u.message.Body)+bytes]
}

func (a *Assembler) find(stream uint32) int {
	return slices.IndexFunc(a.unfinished, func(u unfinished) bool { return u.message.Stream == stream })
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
	a.unfinished = append(a.unfinished, unfinished{total: int(total), message: Message{
		Type:     frame.Type,
		Flags:    frame.Flags &^ FlagMore,
		Stream:   frame.Stream,
		Arg:      frame.Arg,
		Metadata: slices.Clone(frame.Metadata),
		Begun:    now,
	}})
	begun := &a.unfinished[len(a.unfinished)-1]
	// What lies ready is not set aside on anybody's word.
	begun.message.Body = recycledMemory(begun.total)
	return a.add(begun, frame.Body[TotalBytes:])
}

// carryOn returns which message is whole now; -1 where none is.
func (a *Assembler) carryOn(frame *Frame) (int, *fault.Error) {
	if len(frame.Metadata) > 0 || frame.Flags&^FlagPieces != 0 {
		return -1, Violation("metadata or flags on a later fragment (V2-M2)")
	}
	at := a.find(frame.Stream)
	if at < 0 {
		// What is left of a message that was abandoned (V2-M5).
		return -1, nil
	}
	begun := &a.unfinished[at]
	if begun.message.Type != frame.Type {
		return -1, Violation("a message of type %d goes on as %d (V2-M6)", begun.message.Type, frame.Type)
	}
	if err := a.add(begun, frame.Body); err != nil {
		return -1, err
	}
	if frame.Flags&FlagMore != 0 {
		return -1, nil
	}
	if got := len(begun.message.Body); got != begun.total {
		return -1, Violation("fragments of %d bytes where %d were announced (V2-M3)", got, begun.total)
	}
	return at, nil
}

func (a *Assembler) add(u *unfinished, bytes []byte) *fault.Error {
	needed := len(u.message.Body) + len(bytes)
	if needed > u.total {
		return Violation("fragments longer than their total (V2-M3)")
	}
	if needed > cap(u.message.Body) {
		a.grow(u, needed)
	}
	u.message.Body = append(u.message.Body, bytes...)
	return nil
}

// grow gives the body room for what is needed: all it will need, as soon as enough of it has come.
func (a *Assembler) grow(u *unfinished, needed int) {
	had := *u
	room := min(u.total, max(growth*needed, leastRoom))
	if u.inScratch = room < u.total && needed <= scratchBytes && !had.inScratch; u.inScratch {
		u.message.Body = a.takeScratch()
	} else {
		u.message.Body = newMemory(room)
	}
	u.message.Body = append(u.message.Body, had.message.Body...)
	a.giveUp(&had)
}

// giveUp ends the use of a body's memory.
func (a *Assembler) giveUp(u *unfinished) {
	if u.inScratch {
		a.scratch = u.message.Body[:0]
	} else {
		Recycle(u.message.Body)
	}
}

func (a *Assembler) takeScratch() []byte {
	scratch := a.scratch
	a.scratch = nil
	if scratch == nil {
		scratch = make([]byte, 0, scratchBytes)
	}
	return scratch
}
