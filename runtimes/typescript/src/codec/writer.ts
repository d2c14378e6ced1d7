import { types } from 'node:util';
import { invalid, wrongValue } from './invalid.ts';
import { MAX_DEPTH } from './max-depth.ts';
import type { NativeBuffer } from './native-buffer.ts';
import type { TableLayout, TableShape } from './table-layout.ts';

/** Strings up to this many characters are written by a loop: quicker than a call out of JavaScript. */
const SHORT_STRING = 40;
/** From this many characters on the exact size is asked for first: the guess is three times as large. */
const LONG_STRING = 1024;
/** Free bytes kept beyond what was asked for, so that padding can be cleared by whole words. */
const SLACK = 8;
/** The largest message that the wire format can hold. */
const MAX_BYTES = 0x7fffffff;

/** Numbers messages, over all writers: a vtable is shared within one message and no further. */
let messages = 0;

/**
 * Writes FlatBuffers front to back into one growing buffer. The official builders write back to front, and
 * know children before parents; here a parent comes first, leaves room for the offsets of its children, and
 * each child enters its own when it is written. Offsets are relative, so readers see no difference.
 *
 * Messages are appended at `position`, whatever that is: alignment counts from the start of the message.
 * After an error the bytes from that start on are rubbish and the caller sets `position` back.
 */
export class Writer {
  /** All bytes; meaningful up to `position`. Replaced when it grows. */
  bytes: Buffer;
  /** The same bytes, replaced together. */
  view: DataView;
  /** Where the next byte goes. */
  position = 0;
  #base = 0;
  #message = 0;

  /** @param initialBytes room at the start; it doubles when it is full. Default 1024. */
  constructor(initialBytes = 1024) {
    this.bytes = Buffer.allocUnsafeSlow(initialBytes);
    this.view = new DataView(this.bytes.buffer);
  }

  /** Begins a message at `position` and returns the place of its root offset, which the root's encoder fills in. */
  begin(): number {
    const start = this.position;
    this.reserve(start, 4);
    this.#base = start;
    this.#message = ++messages;
    this.position = start + 4;
    return start;
  }

  /**
   * Opens a table: writes its vtable, unless this message has the same one already, and leaves room for the
   * fields that `mask` says are present, from 4 bytes after the returned position on.
   * @param slot the place of the offset that refers to the table
   * @param depth 1 for the root, one more for every table that holds it
   */
  table(slot: number, layout: TableLayout, mask: number, depth: number): number {
    if (depth > MAX_DEPTH) throw tooDeep();
    let shape = layout.last;
    if (shape.mask !== mask) shape = layout.shape(mask);
    return this.#open(slot, layout.alignment, shape);
  }

  /** The same for a table of more than 30 fields. */
  wideTable(slot: number, layout: TableLayout, masks: readonly number[], depth: number): number {
    if (depth > MAX_DEPTH) throw tooDeep();
    return this.#open(slot, layout.alignment, layout.wideShape(masks));
  }

  #open(slot: number, alignment: number, shape: TableShape): number {
    const start = this.position;
    const words = shape.words;
    const known = shape.message === this.#message;
    let at = known ? start : start + 4 * words.length;
    // The fields begin 4 bytes into the table, with the widest: that is what has to be aligned.
    at += (this.#base - 4 - at) & (alignment - 1);
    this.reserve(at, shape.tableBytes);
    const view = this.view;
    if (known) {
      for (let i = start; i < at; i += 4) view.setInt32(i, 0, true);
      view.setInt32(at, at - shape.vtable, true);
    } else {
      let word = at - 4 * words.length;
      for (let i = start; i < word; i += 4) view.setInt32(i, 0, true);
      for (let i = 0; i < words.length; i++, word += 4) view.setInt32(word, words[i]!, true);
      shape.message = this.#message;
      shape.vtable = at - shape.vtableBytes;
      view.setInt32(at, shape.vtableBytes, true);
    }
    view.setInt32(slot, at - slot, true);
    this.position = at + shape.tableBytes;
    return at;
  }

  /** Writes a string and its offset at `slot`. Lone surrogates become U+FFFD, as UTF-8 has no form for them. @param field for errors */
  string(slot: number, text: string, field: string): void {
    if (typeof text !== 'string') wrongValue(field, 'string', text);
    const length = text.length;
    const at = this.#openVector(slot, length < LONG_STRING ? 3 * length + 1 : Buffer.byteLength(text) + 1, 4);
    const bytes = this.bytes as NativeBuffer;
    const first = at + 4;
    let end = first;
    if (length <= SHORT_STRING) {
      let i = 0;
      while (i < length) {
        const unit = text.charCodeAt(i);
        if (unit > 0x7f) break;
        bytes[first + i] = unit;
        i++;
      }
      end = i === length ? first + length : first + bytes.utf8Write(text, first);
    } else {
      end = first + bytes.utf8Write(text, first);
    }
    bytes[end] = 0;
    this.view.setInt32(at, end - first, true);
    this.position = end + 1;
  }

  /** Writes a vector of bytes and its offset at `slot`. @param field for errors */
  byteVector(slot: number, values: Uint8Array, field: string): void {
    if (!types.isUint8Array(values)) wrongValue(field, 'bytes', values);
    const at = this.#openVector(slot, values.length, 4);
    this.view.setInt32(at, values.length, true);
    this.bytes.set(values, at + 4);
    this.position = at + 4 + values.length;
  }

  /**
   * Writes a vector's offset at `slot` and its length, and leaves room for its elements.
   * @returns the position of the first element; the caller writes them all
   */
  vector(slot: number, length: number, elementBytes: number, alignment: number): number {
    const at = this.#openVector(slot, length * elementBytes, alignment);
    this.view.setInt32(at, length, true);
    this.position = at + 4 + length * elementBytes;
    return at + 4;
  }

  /**
   * Leaves room for a struct that stands by itself, as a member of a union, and writes its offset at `slot`.
   * @returns its position; the caller writes all its bytes
   */
  struct(slot: number, bytes: number, alignment: number): number {
    const start = this.position;
    const at = start + ((this.#base - start) & (alignment - 1));
    this.reserve(at, bytes);
    for (let i = start; i < at; i += 4) this.view.setInt32(i, 0, true);
    this.view.setInt32(slot, at - slot, true);
    this.position = at + bytes;
    return at;
  }

  /**
   * Goes on in other memory, from position 0; what was written stays with whoever holds it.
   * @param memory all of its ArrayBuffer
   */
  renew(memory: Buffer): void {
    this.bytes = memory;
    this.view = new DataView(this.bytes.buffer);
    this.position = 0;
  }

  /** Makes sure that `bytes` fit from `at` on. */
  reserve(at: number, bytes: number): void {
    if (at + bytes + SLACK > this.bytes.length) this.#grow(at + bytes + SLACK);
  }

  /** Aligns the elements, which follow the length; clears the padding; enters the offset. */
  #openVector(slot: number, bytes: number, alignment: number): number {
    const start = this.position;
    let at = start + ((this.#base - start) & 3);
    if (alignment > 4) at += (this.#base - 4 - at) & (alignment - 1);
    this.reserve(at, bytes + 4);
    const view = this.view;
    for (let i = start; i < at; i += 4) view.setInt32(i, 0, true);
    view.setInt32(slot, at - slot, true);
    return at;
  }

  #grow(bytes: number): void {
    if (bytes > MAX_BYTES) throw invalid('the message is larger than 2 GiB');
    const grown = Buffer.allocUnsafeSlow(Math.min(MAX_BYTES, Math.max(bytes, 2 * this.bytes.length)));
    this.bytes.copy(grown, 0, 0, this.position);
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }
}

function tooDeep(): Error {
  return invalid(`the value has more than ${MAX_DEPTH} tables within each other, or contains itself`);
}
