package wire

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"testing"
	"time"
)

// fragments is a message in fragments of at most so many bytes of it, each as the bytes of its frame.
func fragments(stream uint32, metadata, body []byte, most int) [][]byte {
	var frames [][]byte
	for at := 0; at < len(body) || at == 0; at += most {
		piece := body[at:min(at+most, len(body))]
		header := V2Header{Type: V2Call, Stream: stream}
		var payload []byte
		if at == 0 {
			header.MetadataBytes = len(metadata)
			payload = binary.LittleEndian.AppendUint64(bytes.Clone(metadata), uint64(len(body)))
		} else {
			header.Flags = FlagCont
		}
		if at+most < len(body) {
			header.Flags |= FlagMore
		}
		payload = append(payload, piece...)
		header.PayloadBytes = len(payload)
		frames = append(frames, append(header.Append(nil), payload...))
	}
	return frames
}

// receiver is a decoder and an assembler, as a connection has them.
type receiver struct {
	t         *testing.T
	decoder   *Decoder
	assembler *Assembler
	messages  []Message
	// whole are the frames that are no fragments.
	whole int
}

func newReceiver(t *testing.T) *receiver {
	r := &receiver{t: t, decoder: NewDecoder(), assembler: NewAssembler(DefaultMaxMessageBytes)}
	r.decoder.SetMode(ModeV2)
	r.decoder.Assemble(r.assembler)
	return r
}

// receive reads at most so many bytes at a time.
func (r *receiver) receive(content []byte, most int) {
	r.t.Helper()
	for len(content) > 0 {
		taken := copy(r.decoder.Space(), content[:min(most, len(content))])
		if taken == 0 {
			r.t.Fatal("no space")
		}
		r.decoder.Filled(taken)
		content = content[taken:]
		for {
			frame, err := r.decoder.Next()
			if err != nil {
				r.t.Fatal(err)
			}
			if frame == nil {
				break
			}
			if frame.Flags&FlagPieces == 0 {
				r.whole++
				continue
			}
			message, isWhole, err := r.assembler.Accept(frame, time.Time{})
			if err != nil {
				r.t.Fatal(err)
			}
			if isWhole {
				r.messages = append(r.messages, message)
			}
		}
	}
}

func randomBytes(length int) []byte {
	content := make([]byte, length)
	source := rand.NewChaCha8([32]byte{byte(length)})
	_, _ = source.Read(content)
	return content
}

func TestFragmentsInReadsOfAnyLength(t *testing.T) {
	metadata := randomBytes(65_535)
	for _, length := range []int{1, 7, 100_000, 262_144, 1_000_000} {
		body := randomBytes(length)
		for _, most := range []int{max(length/3, 1), max(length-1, 1)} {
			for _, readBytes := range []int{1 + length/1_000, 5_000, 65_536, 2_000_000} {
				r := newReceiver(t)
				for _, frame := range fragments(5, metadata, body, min(most, V2MaxPayloadBytes-len(metadata)-TotalBytes)) {
					r.receive(frame, readBytes)
				}
				if length == 1 {
					// One fragment is a whole frame.
					continue
				}
				if len(r.messages) != 1 {
					t.Fatalf("%d bytes, %d in each fragment, read by %d: %d messages", length, most, readBytes, len(r.messages))
				}
				got := r.messages[0]
				if got.Stream != 5 || got.Flags != 0 || !bytes.Equal(got.Body, body) || !bytes.Equal(got.Metadata, metadata) {
					t.Errorf("%d bytes, %d in each fragment, read by %d: something else came", length, most, readBytes)
				}
				if r.decoder.HasPending() || r.assembler.Unfinished() > 0 {
					t.Error("something is left")
				}
			}
		}
	}
}

func TestFragmentsOfManyMessagesByTurns(t *testing.T) {
	r := newReceiver(t)
	var frames [MaxUnfinishedMessages][][]byte
	var bodies [MaxUnfinishedMessages][]byte
	for at := range frames {
		bodies[at] = randomBytes(700_000 - at)
		frames[at] = fragments(uint32(2*at+1), nil, bodies[at], 100_000)
	}
	short := V2Header{PayloadBytes: 5, Type: V2Call, Stream: 99}.Append(nil)
	short = append(short, "hello"...)
	for len(frames[0]) > 0 {
		for at := range frames {
			r.receive(frames[at][0], 30_000)
			frames[at] = frames[at][1:]
			r.receive(short, 30_000)
		}
	}
	if len(r.messages) != len(bodies) || r.whole != 4*7 {
		t.Fatalf("%d messages, %d short ones", len(r.messages), r.whole)
	}
	for at, message := range r.messages {
		if !bytes.Equal(message.Body, bodies[at]) {
			t.Errorf("message %d is another", at)
		}
	}
}

func TestAFragmentOfWhatWasAbandonedIsPassedOver(t *testing.T) {
	r := newReceiver(t)
	body := randomBytes(600_000)
	frames := fragments(1, nil, body, 300_000)
	r.receive(frames[0][:200_000], 50_000)
	if !r.assembler.Abort(1) {
		t.Fatal("nothing was unfinished")
	}
	r.receive(frames[0][200_000:], 50_000)
	r.receive(frames[1], 50_000)
	for _, frame := range fragments(3, nil, body, 300_000) {
		r.receive(frame, 50_000)
	}
	if len(r.messages) != 1 || r.messages[0].Stream != 3 || !bytes.Equal(r.messages[0].Body, body) {
		t.Errorf("%d messages", len(r.messages))
	}
}

func TestNothingIsSetAsideOnTheWordOfATotal(t *testing.T) {
	for _, come := range []int{0, 10, 10_000, 100_000, 400_000} {
		r := newReceiver(t)
		r.assembler.scratch = make([]byte, 0, scratchBytes)
		frame := fragments(1, nil, make([]byte, 4_000_000), 900_000)[0]
		r.receive(frame[:V2HeaderBytes+TotalBytes+come], 65_536)
		begun := r.assembler.unfinished[0]
		if room := cap(begun.message.Body); !begun.inScratch && room > max(leastRoom, growth*come) {
			t.Errorf("%d bytes are set aside after %d", room, come)
		}
	}
}

func TestMemoryIsRecycledForMessagesOfTheSameLength(t *testing.T) {
	const length = 300_000
	body := randomBytes(length)
	Recycle(body)
	// The pool may drop what it gets, and does so by chance with the race detector.
	for range 100 {
		if memory := recycledMemory(length); memory != nil {
			if cap(memory) < length || len(memory) != 0 {
				t.Errorf("%d bytes of memory, %d in use", cap(memory), len(memory))
			}
			if longer := recycledMemory(length); longer != nil && &longer[:1][0] == &memory[:1][0] {
				t.Error("the same memory twice")
			}
			return
		}
		Recycle(body)
	}
	t.Error("no memory is ever recycled")
}
