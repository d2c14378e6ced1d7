// Package codec writes and reads FlatBuffers for generated code, and trusts nothing that it reads.
//
// The official runtime follows every offset of a received buffer, and builds back to front through a builder.
// Here a [Writer] goes front to back into one growing slice, and a [Reader] checks every offset, length and
// vtable before it is followed, in time and memory bounded by the size of the message.
//
// Both remember their first fault and do nothing from then on: generated code reads as straight lines, and
// whoever began the message asks for the error once. It is always a [fault.Error] with the code
// [fault.InvalidPayload].
package codec
