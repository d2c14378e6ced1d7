package wire_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/vectors"
	"github.com/dlahoza/pluginart/pkg/internal/wire"
)

var modes = map[string]wire.Mode{"handshake": wire.ModeHandshake, "v1": wire.ModeV1, "v2": wire.ModeV2}

type frameVector struct {
	Type                    byte
	Flags                   byte
	Stream, Arg             uint32
	Metadata, Body, Payload vectors.Bytes
}

type decoderVector struct {
	Name, Mode string
	Bytes      vectors.Bytes
	Frames     []frameVector
	Error      *vectors.Error
}

func (v frameVector) matches(got wire.Frame) bool {
	return got.Type == v.Type && got.Flags == v.Flags && got.Stream == v.Stream && got.Arg == v.Arg &&
		bytes.Equal(got.Metadata, v.Metadata) && bytes.Equal(got.Body, append(v.Body, v.Payload...))
}

// decode feeds pieces of at most step bytes.
func decode(mode wire.Mode, content []byte, step int) ([]wire.Frame, *fault.Error) {
	decoder := wire.NewDecoder()
	decoder.SetMode(mode)
	var frames []wire.Frame
	for len(content) > 0 {
		n := copy(decoder.Space(), content[:min(step, len(content))])
		if n == 0 {
			return frames, nil
		}
		decoder.Filled(n)
		content = content[n:]
		for {
			frame, err := decoder.Next()
			if err != nil {
				return frames, err
			}
			if frame == nil {
				break
			}
			kept := *frame
			kept.Metadata, kept.Body = bytes.Clone(frame.Metadata), bytes.Clone(frame.Body)
			frames = append(frames, kept)
		}
	}
	return frames, nil
}

func checkFrames(t *testing.T, name string, got []wire.Frame, want []frameVector) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s: %d frames, want %d", name, len(got), len(want))
		return
	}
	for i := range want {
		if !want[i].matches(got[i]) {
			t.Errorf("%s: frame %d is another than the vector's (type %d, %d bytes)", name, i, got[i].Type, len(got[i].Body))
		}
	}
}

func TestFramesWholeAndByteByByte(t *testing.T) {
	for _, file := range []string{"v1-frames.json", "v2-frames.json"} {
		content := vectors.Load[struct{ Frames []decoderVector }](t, file)
		for _, vector := range content.Frames {
			for _, step := range []int{1 << 30, 1, 7, 1000} {
				if step == 1 && len(vector.Bytes) > 100_000 {
					step = 3
				}
				frames, err := decode(modes[vector.Mode], vector.Bytes, step)
				if err != nil {
					t.Errorf("%s: %s: %v", file, vector.Name, err)
				}
				checkFrames(t, vector.Name, frames, vector.Frames)
			}
		}
	}
}

func TestFramesCoalesced(t *testing.T) {
	for file, mode := range map[string]string{"v1-frames.json": "v1", "v2-frames.json": "v2"} {
		content := vectors.Load[struct{ Frames []decoderVector }](t, file)
		var joined []byte
		var want []frameVector
		for _, vector := range content.Frames {
			if vector.Mode == mode {
				joined = append(joined, vector.Bytes...)
				want = append(want, vector.Frames...)
			}
		}
		for _, step := range []int{1 << 30, 65_537, 4_000} {
			frames, err := decode(modes[mode], joined, step)
			if err != nil {
				t.Errorf("%s: %v", file, err)
			}
			checkFrames(t, file, frames, want)
		}
	}
}

func TestMalformedAndIncompleteFrames(t *testing.T) {
	content := vectors.Load[struct{ Malformed, Incomplete []decoderVector }](t, "malformed-frames.json")
	for _, step := range []int{1 << 30, 1} {
		for _, vector := range content.Malformed {
			frames, err := decode(modes[vector.Mode], vector.Bytes, step)
			checkFrames(t, vector.Name, frames, vector.Frames)
			if err == nil || !errors.Is(err, fault.Code(vector.Error.Code)) {
				t.Errorf("%s: error %v, want code %d", vector.Name, err, vector.Error.Code)
			}
		}
		for _, vector := range content.Incomplete {
			frames, err := decode(modes[vector.Mode], vector.Bytes, step)
			checkFrames(t, vector.Name, frames, vector.Frames)
			if err != nil {
				t.Errorf("%s: %v", vector.Name, err)
			}
		}
	}
}

func TestDecoderStopsAfterTheHandshakesFrame(t *testing.T) {
	decoder := wire.NewDecoder()
	both := wire.AppendV1Frame(nil, wire.V1HandshakeResponse, []byte("ok"))
	both = wire.V2Header{Type: wire.V2Ping, Arg: 7}.Append(both)
	decoder.Filled(copy(decoder.Space(), both))
	if frame, err := decoder.Next(); err != nil || frame == nil || string(frame.Body) != "ok" {
		t.Fatalf("the handshake's frame: %v, %v", frame, err)
	}
	if frame, _ := decoder.Next(); frame != nil || !decoder.HasPending() {
		t.Fatalf("it did not stop: %v", frame)
	}
	decoder.SetMode(wire.ModeV2)
	if frame, err := decoder.Next(); err != nil || frame == nil || frame.Arg != 7 {
		t.Fatalf("after SetMode: %v, %v", frame, err)
	}
	if decoder.HasPending() {
		t.Error("bytes are left over")
	}
}

func FuzzDecoder(f *testing.F) {
	f.Add(byte(2), []byte("\x05\x00\x00\x00\x03\x00\x00\x00\x01\x00\x00\x00\x30\x75\x00\x00hello"))
	f.Add(byte(0), wire.AppendV1Frame(nil, wire.V1Ping, []byte("x")))
	f.Fuzz(func(t *testing.T, mode byte, content []byte) {
		whole, wholeErr := decode(wire.Mode(mode%3), content, 1<<30)
		pieces, piecesErr := decode(wire.Mode(mode%3), content, 3)
		if len(whole) != len(pieces) || (wholeErr == nil) != (piecesErr == nil) {
			t.Errorf("whole: %d frames, %v; in pieces: %d frames, %v", len(whole), wholeErr, len(pieces), piecesErr)
		}
		if wholeErr != nil && wholeErr.Code != fault.ProtocolViolation {
			t.Errorf("code %v", wholeErr.Code)
		}
	})
}
