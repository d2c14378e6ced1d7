package launch

import (
	"bytes"
	"unicode/utf8"
)

// maxPieceBytes: longer lines are handed on in pieces of this size, so that a plugin without newlines cannot fill the host.
const maxPieceBytes = 65_536

// lineSplitter takes bytes and gives lines. No character is torn between two pieces.
type lineSplitter struct {
	onLine func(text string, whole bool)
	// held is the beginning of a line whose end has not come yet. Allocated when first needed.
	held []byte
	// torn: a piece of the current line has been handed on already.
	torn bool
}

func (s *lineSplitter) push(chunk []byte) {
	for len(chunk) > 0 {
		line, rest, found := bytes.Cut(chunk, []byte{'\n'})
		chunk = rest
		if found && len(s.held) == 0 && len(line) <= maxPieceBytes {
			s.finishLine(line)
			continue
		}
		s.hold(line)
		if found {
			s.finishLine(s.held)
			s.held = s.held[:0]
		}
	}
}

// end is for a stream that is over: what is held is the last line.
func (s *lineSplitter) end() {
	if len(s.held) > 0 {
		s.finishLine(s.held)
	}
	s.held = nil
}

func (s *lineSplitter) finishLine(line []byte) {
	whole := !s.torn
	s.torn = false
	s.onLine(string(bytes.TrimSuffix(line, []byte{'\r'})), whole)
}

func (s *lineSplitter) hold(part []byte) {
	if s.held == nil {
		s.held = make([]byte, 0, maxPieceBytes)
	}
	for len(part) > 0 {
		room := min(len(part), maxPieceBytes-len(s.held))
		s.held = append(s.held, part[:room]...)
		part = part[room:]
		if len(s.held) == maxPieceBytes {
			s.handOnPiece()
		}
	}
}

func (s *lineSplitter) handOnPiece() {
	cut := lastCharacterBoundary(s.held)
	s.torn = true
	s.onLine(string(s.held[:cut]), false)
	s.held = append(s.held[:0], s.held[cut:]...)
}

// lastCharacterBoundary is the largest length at which no UTF-8 sequence is cut; the whole length where the bytes are not
// UTF-8.
func lastCharacterBoundary(text []byte) int {
	for back := 1; back <= utf8.UTFMax && back <= len(text); back++ {
		last := text[len(text)-back:]
		if !utf8.RuneStart(last[0]) {
			continue
		}
		if utf8.FullRune(last) {
			break
		}
		return len(text) - back
	}
	return len(text)
}
