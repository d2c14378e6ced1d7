// Package mutation damages bytes, for tests that no input makes a decoder panic or take more memory than it should. All
// of it is seeded by the number of the round, so that a round which fails can be run again.
package mutation

import (
	"math/rand/v2"
	"os"
	"runtime"
	"slices"
	"strconv"
	"testing"
)

const (
	// roundsByDefault are run in every test; PLUGINART_FUZZ=1000000 has more.
	roundsByDefault = 50_000
	// A batch of rounds is what memory is measured over, as to measure it stops the program.
	batchRounds = 100
	// batchBytes are far more than such a batch needs, far less than what one length that is taken on a peer's word costs.
	batchBytes = 24 << 20
)

// Rounds is how many rounds a test is to run: PLUGINART_FUZZ, or 50,000, divided by what a round costs.
func Rounds(t *testing.T, cost int) int {
	t.Helper()
	given := os.Getenv("PLUGINART_FUZZ")
	if given == "" {
		return roundsByDefault / cost
	}
	rounds, err := strconv.Atoi(given)
	if err != nil || rounds < cost {
		t.Fatalf("PLUGINART_FUZZ is %q: it has to be a number of rounds", given)
	}
	return rounds / cost
}

// Run runs rounds, each with its own source of randomness, and fails where a batch of them allocates more than it should.
// Both outcomes have to happen now and then: round reports whether the bytes were taken.
func Run(t *testing.T, rounds int, round func(number int, random *rand.Rand) (taken bool)) {
	t.Helper()
	var before, after runtime.MemStats
	taken := 0
	for number := range rounds {
		if number%batchRounds == 0 {
			runtime.ReadMemStats(&before)
		}
		if round(number, rand.New(rand.NewPCG(uint64(number), 0))) {
			taken++
		}
		if number%batchRounds == batchRounds-1 {
			runtime.ReadMemStats(&after)
			if grown := after.TotalAlloc - before.TotalAlloc; grown > batchBytes {
				t.Errorf("rounds %d to %d allocated %d bytes", number-batchRounds+1, number, grown)
			}
		}
		if t.Failed() {
			t.Fatalf("in round %d", number)
		}
	}
	if least := rounds / 100; taken < least || rounds-taken < least {
		t.Errorf("of %d rounds %d were taken: the mutations are too tame, or too wild, to find anything", rounds, taken)
	}
}

var hostile = []byte{0, 1, 2, 0x7f, 0x80, 0xfe, 0xff}

// Of is a copy with a few bytes, or a stretch, changed, cut out, doubled or cut off.
func Of(content []byte, random *rand.Rand) []byte {
	content = slices.Clone(content)
	for range 1 + random.IntN(4) {
		if len(content) == 0 {
			return []byte{byte(random.IntN(256))}
		}
		at := random.IntN(len(content))
		end := at + min(1+random.IntN(16), len(content)-at)
		switch random.IntN(6) {
		case 0:
			content[at] ^= 1 << random.IntN(8)
		case 1:
			content[at] = Pick(hostile, random)
		case 2:
			value := Pick(hostile, random)
			for i := at; i < end; i++ {
				content[i] = value
			}
		case 3:
			content = slices.Delete(content, at, end)
		case 4:
			content = slices.Insert(content, at, slices.Clone(content[at:end])...)
		case 5:
			content = content[:at]
		}
	}
	return content
}

// Pick is one of the items.
func Pick[Item any](items []Item, random *rand.Rand) Item { return items[random.IntN(len(items))] }
