package wire

import (
	"math/bits"
	"sync"
)

// Memory of these lengths, as powers of 2, is used again.
const leastRecycled, mostRecycled = 16, 26

// recycled is memory that nobody needs at the moment, by the highest bit of its length. The collector frees what lies
// there for long.
var recycled [mostRecycled + 1]sync.Pool

// holders are what slices are kept in: a slice by itself cannot be, without garbage.
var holders = sync.Pool{New: func() any { return new([]byte) }}

// Recycle gives the memory of a long message to the next one. Nobody may look at it any more.
func Recycle(memory []byte) {
	class := bits.Len(uint(cap(memory))) - 1
	if class < leastRecycled || class > mostRecycled {
		return
	}
	holder := holders.Get().(*[]byte)
	*holder = memory[:0]
	recycled[class].Put(holder)
}

// recycledMemory has room for so many bytes; it is nil where there is none.
func recycledMemory(room int) []byte {
	class := bits.Len(uint(room)) - 1
	if class < leastRecycled || class > mostRecycled {
		return nil
	}
	holder, _ := recycled[class].Get().(*[]byte)
	if holder == nil {
		return nil
	}
	memory := *holder
	*holder = nil
	holders.Put(holder)
	if cap(memory) < room {
		return nil
	}
	return memory
}

// newMemory has room for so many bytes.
func newMemory(room int) []byte {
	if used := recycledMemory(room); used != nil {
		return used
	}
	return make([]byte, 0, room)
}
