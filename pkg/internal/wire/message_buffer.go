package wire

import (
	"math/bits"
	"sync"
)

// Buffers whose lengths are these powers of 2 are used again.
const leastPooled, mostPooled = 16, 24

var messageBuffers [mostPooled + 1]sync.Pool

// MessageBuffer is memory for a long message that is used again: a megabyte of garbage costs more than to carry a
// megabyte. nil is none.
type MessageBuffer struct {
	bytes []byte
}

// newMessageBuffer has room for so many bytes; it is not zeroed.
func newMessageBuffer(room int) *MessageBuffer {
	class := max(bits.Len(uint(max(room, 1)-1)), leastPooled)
	if class > mostPooled {
		return &MessageBuffer{bytes: make([]byte, room)}
	}
	if used, _ := messageBuffers[class].Get().(*MessageBuffer); used != nil {
		return used
	}
	return &MessageBuffer{bytes: make([]byte, 1<<class)}
}

// Release gives the memory to the next message. Nobody may look at it any more.
func (b *MessageBuffer) Release() {
	if b == nil {
		return
	}
	class := bits.Len(uint(len(b.bytes))) - 1
	if class >= leastPooled && class <= mostPooled && len(b.bytes) == 1<<class {
		messageBuffers[class].Put(b)
	}
}
