package codec_test

import (
	"encoding/binary"
	"errors"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/dlahoza/pluginart/pkg/codec"
	"github.com/dlahoza/pluginart/pkg/fault"
)

type tree struct {
	Name     string
	Strings  []string
	Numbers  []float64
	Children []*tree
}

// decodeTree is what would be generated for
// table Tree { name: string; strings: [string]; numbers: [double]; children: [Tree]; }.
func decodeTree(r *codec.Reader, at, depth int) *tree {
	t := r.Table(at, depth)
	v := &tree{}
	if at := r.Field(t, 4, 4); at != 0 {
		v.Name = r.String(at)
	}
	if at := r.Field(t, 6, 4); at != 0 {
		v.Strings = codec.ReadStrings(r, at)
	}
	if at := r.Field(t, 8, 4); at != 0 {
		v.Numbers = codec.ReadFloats64(r, at)
	}
	if at := r.Field(t, 10, 4); at != 0 {
		v.Children = codec.ReadOffsets(r, at, func(slot int) *tree { return decodeTree(r, r.Indirect(slot), depth+1) })
	}
	return v
}

const (
	slotName = iota
	slotStrings
	slotNumbers
	slotChildren
)

// messageWith is a root with one field, whose offset leads to what follows at byte 24.
func messageWith(slot int, rest ...byte) []byte {
	head := make([]byte, 24)
	binary.LittleEndian.PutUint32(head, 16)
	binary.LittleEndian.PutUint16(head[4:], uint16(8+2*slot))
	binary.LittleEndian.PutUint16(head[6:], 8)
	binary.LittleEndian.PutUint16(head[8+2*slot:], 4)
	binary.LittleEndian.PutUint32(head[16:], 12)
	binary.LittleEndian.PutUint32(head[20:], 4)
	return append(head, rest...)
}

func uint32s(values ...uint32) []byte {
	var out []byte
	for _, value := range values {
		out = binary.LittleEndian.AppendUint32(out, value)
	}
	return out
}

func text(content string) []byte {
	return append(append(uint32s(uint32(len(content))), content...), 0)
}

func mustRefuse(t *testing.T, message []byte, pattern string) {
	t.Helper()
	value, err := codec.Decode(message, decodeTree)
	if value != nil || !errors.Is(err, fault.InvalidPayload) {
		t.Errorf("decoded to %v, error %v; want INVALID_PAYLOAD", value, err)
	} else if !regexp.MustCompile(pattern).MatchString(err.Error()) {
		t.Errorf("refused with %q, want %q", err, pattern)
	}
}

func TestReaderTakesAString(t *testing.T) {
	for _, want := range []string{"", "abc", "\ufffd ä", strings.Repeat("long ", 1000)} {
		value, err := codec.Decode(messageWith(slotName, text(want)...), decodeTree)
		if err != nil || value.Name != want {
			t.Errorf("got %v, %v; want %q", value, err, want)
		}
	}
}

func TestReaderTakesUnalignedMessages(t *testing.T) {
	message := append(messageWith(slotNumbers, uint32s(1)...), 0, 0, 0, 0, 0, 0, 0xf8, 0x3f)
	larger := append(make([]byte, 7), message...)
	value, err := codec.Decode(larger[7:], decodeTree)
	if err != nil || len(value.Numbers) != 1 || value.Numbers[0] != 1.5 {
		t.Errorf("got %v, %v", value, err)
	}
}

func TestReaderSharesNoMemoryWithTheMessage(t *testing.T) {
	message := messageWith(slotName, text("abc")...)
	value, err := codec.Decode(message, decodeTree)
	clear(message)
	if err != nil || value.Name != "abc" {
		t.Errorf("got %v, %v", value, err)
	}
}

func TestReaderRefusesWhatIsTooShort(t *testing.T) {
	for length := range 24 {
		mustRefuse(t, messageWith(slotName)[:length], "too short|leads out of it|cannot have|outside")
	}
}

func TestReaderMakesNoRoomForElementsThatAreNotThere(t *testing.T) {
	huge := append(uint32s(30_000_000), make([]byte, 40)...)
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	mustRefuse(t, messageWith(slotNumbers, huge...), "a vector of 30000000 elements, of 8 bytes each, leads out of it")
	mustRefuse(t, messageWith(slotStrings, huge...), "a vector of 30000000 elements")
	mustRefuse(t, messageWith(slotName, huge...), "a string of 30000000 bytes")
	runtime.ReadMemStats(&after)
	if used := after.TotalAlloc - before.TotalAlloc; used > 1<<20 {
		t.Errorf("took %d bytes", used)
	}
}

func TestReaderRefusesLengthsAndOffsetsBeyond31Bits(t *testing.T) {
	for _, length := range []uint32{0x7fff_ffff, 0x8000_0000, 0xffff_fffc, 0xffff_ffff} {
		for slot := slotName; slot <= slotChildren; slot++ {
			mustRefuse(t, messageWith(slot, uint32s(length, 0, 0)...), "leads out of it")
		}
	}
	for _, offset := range []uint32{0, 0x8000_0000, 0xffff_fff0, 8, 7} {
		message := messageWith(slotName, text("abc")...)
		binary.LittleEndian.PutUint32(message[20:], offset)
		mustRefuse(t, message, "leads out of it|zero byte")
	}
}

func TestReaderRefusesWrongTables(t *testing.T) {
	wrong := []struct {
		at      int
		value   uint32
		bytes   int
		pattern string
	}{
		{16, 17, 4, "a vtable lies outside"},
		{16, 0xffff_ff9c, 4, "a vtable lies outside"},
		{16, 0x8000_0000, 4, "a vtable lies outside"},
		{4, 2, 2, "a vtable cannot have 2 bytes"},
		{4, 5, 2, "a vtable cannot have 5 bytes"},
		{4, 0xfffe, 2, "a vtable cannot have 65534 bytes"},
		{6, 3, 2, "a table cannot have 3 bytes"},
		{6, 0xffff, 2, "a table cannot have 65535 bytes"},
		{8, 5, 2, "a field lies outside of its table"},
		{8, 0xffff, 2, "a field lies outside of its table"},
	}
	for _, change := range wrong {
		message := messageWith(slotName, make([]byte, 8)...)
		if change.bytes == 2 {
			binary.LittleEndian.PutUint16(message[change.at:], uint16(change.value))
		} else {
			binary.LittleEndian.PutUint32(message[change.at:], change.value)
		}
		mustRefuse(t, message, change.pattern)
	}
}

func TestReaderRefusesStringsThatAreNone(t *testing.T) {
	mustRefuse(t, messageWith(slotName, 3, 0, 0, 0, 'a', 'b', 'c', 1), "byte 24 of 32: a string does not end with a zero byte")
	mustRefuse(t, messageWith(slotName, 3, 0, 0, 0, 'a', 'b', 'c'), "a string of 3 bytes leads out of it")
	for _, bad := range []string{"\xff", "\xc3", "\xed\xa0\x80", "\xc0\x80", "\xf5\x80\x80\x80"} {
		mustRefuse(t, messageWith(slotName, text(bad)...), "not valid UTF-8")
		mustRefuse(t, messageWith(slotName, text(strings.Repeat("a", 100)+bad)...), "not valid UTF-8")
	}
}

// A vector of 10,000 tables which are all the same one, with a string of 20,000 bytes.
func TestReaderRefusesASmallMessageThatUnfolds(t *testing.T) {
	const count = 10_000
	rest := uint32s(count)
	for i := range uint32(count) {
		rest = append(rest, uint32s(4*(count-i)+8)...)
	}
	rest = append(rest, 6, 0, 8, 0, 4, 0, 0, 0)
	rest = append(rest, uint32s(8, 4)...)
	rest = append(rest, text(strings.Repeat("a", 20_000))...)
	mustRefuse(t, messageWith(slotChildren, rest...), "unfolds to more than 16 times")
}

func TestReaderRefusesWhatIsTooDeep(t *testing.T) {
	// Offsets cannot lead backwards, so a circle is none; the deepest nesting is a chain.
	mustRefuse(t, messageWith(slotChildren, uint32s(1, 0)...), "leads out of it")
	mustRefuse(t, chainOf(65), "more than 64 tables lie within each other")
	value, err := codec.Decode(chainOf(64), decodeTree)
	if err != nil {
		t.Fatal(err)
	}
	depth := 1
	for ; len(value.Children) > 0; value = value.Children[0] {
		depth++
	}
	if depth != 64 {
		t.Errorf("depth %d", depth)
	}
}

// chainOf gives trees, each but the last with one child; they share one vtable.
func chainOf(length uint32) []byte {
	message := append(uint32s(20), 12, 0, 8, 0, 0, 0, 0, 0, 0, 0, 4, 0, 4, 0, 4, 0)
	for n := range length {
		at := 20 + 16*n
		// Table (vtable, offset of the vector), then the vector with one offset, which leads to the next table.
		if n < length-1 {
			message = append(message, uint32s(at-4, 4, 1, 4)...)
		} else {
			message = append(message, uint32s(at-16)...)
		}
	}
	return message
}
