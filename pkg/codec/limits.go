package codec

// MaxDepth is how many tables may lie within each other, the root being the first. Deeper messages are neither
// written nor read.
const MaxDepth = 64

// maxBytes is the largest message that the wire format can hold.
const maxBytes = 0x7fffffff
