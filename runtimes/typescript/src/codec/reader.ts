import { isUtf8 } from 'node:buffer';
import { invalid } from './invalid.ts';
import { MAX_DEPTH } from './max-depth.ts';
import type { NativeBuffer } from './native-buffer.ts';
import { SHORT_TEXT, shortText } from './short-text.ts';

/** Strings up to this many bytes are looked through by a loop; if all is ASCII, they are cut from a window. */
const SHORT_STRING = 64;
/**
 * A window is a stretch of the message as one Latin-1 string: cutting many strings from it is several times
 * quicker than asking for each. Bytes; what is cut from it may keep it alive, so it must stay small.
 */
const WINDOW_BITS = 12;
const WINDOW = 1 << WINDOW_BITS;

// Instead of the number of windows that may still be opened: none has been needed yet.
const FIRST_STRING = -1;
const SECOND_STRING = -2;

const empty = Buffer.alloc(0);

/**
 * Reads FlatBuffers and trusts nothing: every offset, length and vtable is checked before it is followed.
 * Alignment is not: no read here needs it. The first fault throws INVALID_PAYLOAD, the only error there is.
 *
 * Time and memory are bounded by the size of the message: a budget of 16 times its bytes plus 65,536 is
 * reduced by the bytes of every table (with its vtable), string and vector visited, and running out of it is
 * an error. Objects may be shared, as builders do with vtables and equal strings, but each visit counts:
 * a small message cannot unfold into a large value.
 */
export class Reader {
  /** The bytes that hold the message. */
  bytes: Buffer = empty;
  /** The same bytes. */
  view: DataView = new DataView(empty.buffer, empty.byteOffset, 0);
  start = 0;
  end = 0;
  /** The elements of the vector opened last. */
  count = 0;
  #budget = 0;
  #stringEnd = 0;
  // The table opened last.
  #at = 0;
  #tableBytes = 0;
  #vtable = 0;
  #vtableBytes = 0;
  // The stretch of the message that is at hand as text.
  #window = '';
  #windowStart = 0;
  #windowEnd = 0;
  #windowsLeft = FIRST_STRING;

  /** Turns to one message, from `start` to `end` in `bytes`. Keeps `bytes` until the next one. */
  reset(bytes: Buffer, start = 0, end: number = bytes.length): void {
    if (bytes !== this.bytes) {
      this.bytes = bytes;
      this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    this.start = start;
    this.end = end;
    this.#budget = 16 * (end - start) + 65_536;
    this.#windowEnd = 0;
    this.#windowsLeft = FIRST_STRING;
  }

  /** The position of the root table. */
  root(): number {
    if (this.end - this.start < 8) {
      throw invalid(`a message of ${this.end - this.start} bytes is too short for a table`);
    }
    return this.indirect(this.start);
  }

  /** Follows the offset stored at `at`, whose 4 bytes are known to be there; at least 4 bytes follow its target. */
  indirect(at: number): number {
    const offset = this.view.getInt32(at, true);
    if (offset <= 0 || offset > this.end - at - 4) this.#badOffset(at);
    return at + offset;
  }

  /** Opens the table at `at`: checks it and its vtable; `field` then refers to it, until the next one is opened. @param depth 1 for the root */
  table(at: number, depth: number): void {
    if (depth > MAX_DEPTH) this.#tooDeep(at);
    const view = this.view;
    const end = this.end;
    const vtable = at - view.getInt32(at, true);
    if (vtable < this.start || vtable > end - 4) this.fail(at, 'a vtable lies outside of it');
    const vtableBytes = view.getUint16(vtable, true);
    const tableBytes = view.getUint16(vtable + 2, true);
    if (vtableBytes < 4 || (vtableBytes & 1) !== 0 || vtableBytes > end - vtable) this.#badVtable(vtable);
    if (tableBytes < 4 || tableBytes > end - at) this.#badTable(at, tableBytes);
    if ((this.#budget -= vtableBytes + tableBytes) < 0) this.#exhausted();
    this.#at = at;
    this.#tableBytes = tableBytes;
    this.#vtable = vtable;
    this.#vtableBytes = vtableBytes;
  }

  /**
   * Where a field of the open table lies; 0 = absent.
   * @param entry the place of its entry in the vtable: 4 + 2 * slot
   * @param bytes what the field takes in the table
   */
  field(entry: number, bytes: number): number {
    if (entry >= this.#vtableBytes) return 0;
    const offset = this.view.getUint16(this.#vtable + entry, true);
    if (offset === 0) return 0;
    if (offset + bytes > this.#tableBytes) this.fail(this.#at, 'a field lies outside of its table');
    return this.#at + offset;
  }

  /** The type code of a union in the open table; 0 = absent. @param entry as for `field` */
  unionCode(entry: number): number {
    const at = this.field(entry, 1);
    return at === 0 ? 0 : this.bytes[at]!;
  }

  /** The string whose offset is stored at `slot`. */
  string(slot: number): string {
    const from = this.#openString(slot);
    const to = this.#stringEnd;
    const length = to - from;
    if (length === 0) return '';
    if (length > SHORT_STRING) return this.#text(from, to);
    if (!this.#isAscii(from, to)) return this.#text(from, to);
    if (from >= this.#windowStart && to <= this.#windowEnd) {
      return this.#window.substring(from - this.#windowStart, to - this.#windowStart);
    }
    return this.#ascii(from, to);
  }

  /** Checks the string whose offset is stored at `slot` as `string` does, without making it. */
  checkString(slot: number): void {
    const from = this.#openString(slot);
    if (!isUtf8(this.bytes.subarray(from, this.#stringEnd))) this.fail(from, 'a string is not valid UTF-8');
  }

  /** A copy of the vector of bytes whose offset is stored at `slot`. */
  byteVector(slot: number): Uint8Array {
    const from = this.vector(slot, 1);
    const copy = new Uint8Array(this.count);
    if (copy.length <= 32) {
      for (let i = 0; i < copy.length; i++) copy[i] = this.bytes[from + i]!;
    } else {
      this.bytes.copy(copy, 0, from, from + copy.length);
    }
    return copy;
  }

  /** Opens the vector whose offset is stored at `slot`: the position of its first element, all of which are there; sets `count`. */
  vector(slot: number, elementBytes: number): number {
    const at = this.indirect(slot);
    const count = this.view.getInt32(at, true);
    const bytes = count * elementBytes;
    if (count < 0 || bytes > this.end - at - 4) this.#badVector(at, elementBytes);
    if ((this.#budget -= bytes + 4) < 0) this.#exhausted();
    this.count = count;
    return at + 4;
  }

  /** The position of the struct whose offset is stored at `slot`. */
  struct(slot: number, bytes: number): number {
    const offset = this.view.getInt32(slot, true);
    // Not `indirect`: a struct may be shorter than the 4 bytes that everything else has at least.
    if (offset <= 0 || offset > this.end - slot - bytes) this.fail(slot, 'a struct leads out of it');
    if ((this.#budget -= bytes) < 0) this.#exhausted();
    return slot + offset;
  }

  /** Throws INVALID_PAYLOAD. @param at the position at fault */
  fail(at: number, what: string): never {
    throw invalid(
      `the message is no valid FlatBuffer at byte ${at - this.start} of ${this.end - this.start}: ${what}`,
    );
  }

  /** The position of a string's first byte; sets `#stringEnd`. */
  #openString(slot: number): number {
    const at = this.indirect(slot);
    const length = this.view.getInt32(at, true);
    const from = at + 4;
    if (length < 0 || length >= this.end - from) this.#badString(at);
    const to = from + length;
    if (this.bytes[to] !== 0) this.fail(at, 'a string does not end with a zero byte');
    if ((this.#budget -= length + 5) < 0) this.#exhausted();
    this.#stringEnd = to;
    return from;
  }

  #isAscii(from: number, to: number): boolean {
    const view = this.view;
    let bits = 0;
    let i = from;
    for (; i <= to - 4; i += 4) bits |= view.getInt32(i, true);
    for (; i < to; i++) bits |= view.getUint8(i);
    return (bits & 0x8080_8080) === 0;
  }

  /** Text that is long, or not all ASCII. */
  #text(from: number, to: number): string {
    const text = (this.bytes as NativeBuffer).utf8Slice(from, to);
    // Decoding puts U+FFFD for what is no UTF-8; only where one is found has the difference to be told.
    if (text.includes('\ufffd') && !isUtf8(this.bytes.subarray(from, to))) {
      this.fail(from, 'a string is not valid UTF-8');
    }
    return text;
  }

  /** The first string of a message stands alone more often than not; from the second on windows are opened. */
  #ascii(from: number, to: number): string {
    const bytes = this.bytes as NativeBuffer;
    if (this.#windowsLeft === FIRST_STRING) {
      this.#windowsLeft = SECOND_STRING;
      return to - from <= SHORT_TEXT ? shortText(bytes, to, to - from) : bytes.latin1Slice(from, to);
    }
    // Windows are visited bytes, too: all of them together are at most twice the message, and two.
    if (this.#windowsLeft === SECOND_STRING)
      this.#windowsLeft = 2 + ((2 * (this.end - this.start)) >>> WINDOW_BITS);
    if (this.#windowsLeft === 0) return bytes.latin1Slice(from, to);
    this.#windowsLeft--;
    const small = this.end - this.start <= WINDOW;
    this.#windowStart = small ? this.start : from;
    this.#windowEnd = small ? this.end : Math.min(this.end, from + WINDOW);
    this.#window = bytes.latin1Slice(this.#windowStart, this.#windowEnd);
    return this.#window.substring(from - this.#windowStart, to - this.#windowStart);
  }

  // What is thrown is put together here: the checks above stay small enough to be inlined.

  #badOffset(at: number): never {
    this.fail(at, `an offset of ${this.view.getUint32(at, true)} leads out of it`);
  }

  #tooDeep(at: number): never {
    this.fail(at, `more than ${MAX_DEPTH} tables lie within each other`);
  }

  #badVtable(at: number): never {
    this.fail(at, `a vtable cannot have ${this.view.getUint16(at, true)} bytes`);
  }

  #badTable(at: number, bytes: number): never {
    this.fail(at, `a table cannot have ${bytes} bytes`);
  }

  #badString(at: number): never {
    this.fail(at, `a string of ${this.view.getUint32(at, true)} bytes leads out of it`);
  }

  #badVector(at: number, elementBytes: number): never {
    const count = this.view.getUint32(at, true);
    this.fail(at, `a vector of ${count} elements, of ${elementBytes} bytes each, leads out of it`);
  }

  #exhausted(): never {
    throw invalid(`the message unfolds to more than 16 times its ${this.end - this.start} bytes`);
  }
}
