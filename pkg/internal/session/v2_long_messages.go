package session

import (
	"encoding/binary"
	"slices"
	"time"

	"github.com/dlahoza/pluginart/pkg/internal/wire"
)

// fragmentBytes is how much of a long message goes at a time; small ones wait for at most one such piece of each.
const fragmentBytes = 262_144

// longMessage is one that goes in fragments.
type longMessage struct {
	message
	added time.Time
	begun bool
	// sent counts the bytes of body that have left.
	sent int
}

// longMessages are on their way, the first few of them by turns. PROTOCOL.md, section 7.
type longMessages struct {
	sending     []longMessage
	turn        int
	queuedBytes int
}

// abortion is what abort found.
type abortion int

const (
	// abortedNothing: the stream has no long message here.
	abortedNothing abortion = iota
	// abortedUnsent: nothing of it left, and the peer never hears of it.
	abortedUnsent
	// abortedPartly: the peer must be told.
	abortedPartly
)

func (l *longMessages) isEmpty() bool { return len(l.sending) == 0 }

func (l *longMessages) add(message message) {
	l.sending = append(l.sending, longMessage{message: message, added: time.Now()})
	l.queuedBytes += len(message.body)
}

func (l *longMessages) find(stream uint32) int {
	return slices.IndexFunc(l.sending, func(m longMessage) bool { return m.stream == stream })
}

// isUnsent reports whether the stream's message waits here and nothing of it has left.
func (l *longMessages) isUnsent(stream uint32) bool {
	at := l.find(stream)
	return at >= 0 && !l.sending[at].begun
}

// abort forgets what is left of a stream's message.
func (l *longMessages) abort(stream uint32) abortion {
	at := l.find(stream)
	if at < 0 {
		return abortedNothing
	}
	begun := l.sending[at].begun
	l.queuedBytes -= len(l.sending[at].body) - l.sending[at].sent
	l.remove(at)
	if begun {
		return abortedPartly
	}
	return abortedUnsent
}

func (l *longMessages) remove(at int) {
	l.sending = slices.Delete(l.sending, at, at+1)
	if at < l.turn {
		l.turn--
	}
}

// withFragment adds a fragment of the message whose turn it is. Its part of the body is copied, unless borrows is set.
func (l *longMessages) withFragment(taken batch, borrows bool) batch {
	if l.isEmpty() {
		return taken
	}
	underWay := min(len(l.sending), wire.MaxUnfinishedMessages)
	if l.turn >= underWay {
		l.turn = 0
	}
	message := &l.sending[l.turn]
	piece := message.body[message.sent:min(message.sent+fragmentBytes, len(message.body))]
	isLast := message.sent+len(piece) == len(message.body)
	taken.frames = message.appendHead(taken.frames, len(piece), isLast)
	taken.stream = message.stream
	if borrows {
		taken.body = piece
	} else {
		taken.frames = append(taken.frames, piece...)
	}
	message.sent += len(piece)
	l.queuedBytes -= len(piece)
	if isLast {
		taken.memory = message.memory
		l.remove(l.turn)
	} else {
		l.turn++
	}
	return taken
}

func (m *longMessage) appendHead(batch []byte, bodyBytes int, isLast bool) []byte {
	if m.begun {
		header := wire.V2Header{PayloadBytes: bodyBytes, Type: m.frameType, Flags: wire.FlagCont, Stream: m.stream}
		if !isLast {
			header.Flags |= wire.FlagMore
		}
		return header.Append(batch)
	}
	m.begun = true
	if isLast {
		return m.header(bodyBytes, 0).appendWith(batch, m.metadata)
	}
	batch = m.header(wire.TotalBytes+bodyBytes, wire.FlagMore).appendWith(batch, m.metadata)
	return binary.LittleEndian.AppendUint64(batch, uint64(len(m.body)))
}

// messageHeader is the header of a message's first, or only, frame.
type messageHeader wire.V2Header

func (m *longMessage) header(bodyBytes int, flags byte) messageHeader {
	return messageHeader{
		PayloadBytes: len(m.metadata) + bodyBytes, Type: m.frameType, Flags: flags,
		MetadataBytes: len(m.metadata), Stream: m.stream, Arg: m.timeLeft(),
	}
}

func (h messageHeader) appendWith(batch, metadata []byte) []byte {
	return append(wire.V2Header(h).Append(batch), metadata...)
}

// timeLeft is what a CALL names: the time left when its first fragment leaves, which may be a while after it was
// made (V2-D1).
func (m *longMessage) timeLeft() uint32 {
	if m.frameType != wire.V2Call || m.arg == 0 {
		return m.arg
	}
	left := time.Duration(m.arg)*time.Millisecond - time.Since(m.added)
	return max(milliseconds(left), 1)
}
