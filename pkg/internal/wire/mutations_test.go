package wire_test

import (
	"math/rand/v2"
	"testing"

	"github.com/dlahoza/pluginart/pkg/fault"
	"github.com/dlahoza/pluginart/pkg/internal/mutation"
	"github.com/dlahoza/pluginart/pkg/internal/vectors"
)

const longSeedBytes = 2_000

// streamsOf are the frames and exchanges of the vectors that are read in a mode, but for long ones.
func streamsOf(t *testing.T, mode string) (streams [][]byte) {
	add := func(content []byte) {
		if len(content) < longSeedBytes {
			streams = append(streams, content)
		}
	}
	for _, file := range []string{"v1-frames.json", "v2-frames.json"} {
		for _, vector := range vectors.Load[struct{ Frames []decoderVector }](t, file).Frames {
			// A handshake may be met by anything.
			if vector.Mode == mode || mode == "handshake" {
				add(vector.Bytes)
			}
		}
	}
	if mode != "v2" {
		return streams
	}
	for _, file := range []string{"v2-messages.json", "v2-streams.json"} {
		for _, exchange := range vectors.Load[struct {
			Exchanges []struct{ Bytes vectors.Bytes }
		}](t, file).Exchanges {
			add(exchange.Bytes)
		}
	}
	return streams
}

func TestMutatedStreamsAreFramesOrAViolation(t *testing.T) {
	for name, mode := range modes {
		t.Run(name, func(t *testing.T) {
			streams := streamsOf(t, name)
			mutation.Run(t, mutation.Rounds(t, len(modes)), func(number int, random *rand.Rand) bool {
				var content []byte
				for range 1 + random.IntN(3) {
					content = append(content, mutation.Pick(streams, random)...)
				}
				content = mutation.Of(content, random)
				frames, err := decode(mode, content, mutation.Pick([]int{1, 7, 100, 100_000}, random))
				if err != nil && err.Code != fault.ProtocolViolation {
					t.Errorf("refused with %v", err)
				}
				bytes := 0
				for _, frame := range frames {
					bytes += len(frame.Metadata) + len(frame.Body)
				}
				if bytes > len(content) {
					t.Errorf("%d bytes came out of %d", bytes, len(content))
				}
				return err == nil
			})
		})
	}
}
