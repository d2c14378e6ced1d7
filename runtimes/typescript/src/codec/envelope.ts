import { invalid } from './invalid.ts';
import type { Reader } from './reader.ts';
import { TableLayout } from './table-layout.ts';
import type { Writer } from './writer.ts';

const TWO_TO_32 = 0x1_0000_0000;

/** What the envelope of a call carries besides the payload; filled by the session. */
export interface CallEnvelope {
  /** Below 2^53. */
  readonly requestId: number;
  /** Wall clock, milliseconds since 1970; 0 = no deadline. */
  readonly deadlineUnixMs: number;
  readonly traceId: string | undefined;
  readonly spanId: string | undefined;
}

/** The head of a received `CallRequest`, read before its payload. */
export interface CallHead {
  /** The two halves of `request_id`, unsigned; answered unchanged. */
  requestIdLow: number;
  requestIdHigh: number;
  /** The union type code; 0 when absent. */
  code: number;
  /** Where the payload table starts in the reader; 0 when absent. */
  payload: number;
  deadlineUnixMs: number;
  traceId: string | undefined;
  spanId: string | undefined;
}

/** The vtable slots of a schema's `CallRequest`; those it lacks are left out. */
export interface CallRequestSlots {
  readonly requestId: number;
  readonly deadlineUnixMs?: number;
  readonly traceId?: number;
  readonly spanId?: number;
  /** Of the union's value; its type code has the slot before. */
  readonly payload: number;
}

/** The vtable slots of a schema's `CallResponse`. */
export interface CallResponseSlots {
  readonly requestId: number;
  readonly payload: number;
}

/** Writes and reads the `CallRequest` that a request travels in. */
export class CallRequestEnvelope {
  readonly #slots: CallRequestSlots;
  /** The entries of the fields in a vtable. */
  readonly #entries: Readonly<Record<keyof CallRequestSlots, number>>;
  readonly #layout: TableLayout;

  constructor(slots: CallRequestSlots) {
    this.#slots = slots;
    this.#entries = {
      requestId: entryOf(slots.requestId),
      deadlineUnixMs: entryOf(slots.deadlineUnixMs),
      traceId: entryOf(slots.traceId),
      spanId: entryOf(slots.spanId),
      payload: entryOf(slots.payload),
    };
    // Fields that the schema lacks stand here too, for the numbering; their bits are never set.
    this.#layout = new TableLayout(8, [
      [slots.requestId, 8],
      [slots.deadlineUnixMs ?? 0, 8],
      [slots.payload, 4],
      [slots.traceId ?? 0, 4],
      [slots.spanId ?? 0, 4],
      [slots.payload - 1, 1],
    ]);
  }

  /** Appends all but the payload and returns the slot for it; its table is written next, with depth 2. */
  begin(writer: Writer, code: number, envelope: CallEnvelope): number {
    const { requestId, deadlineUnixMs, traceId, spanId } = envelope;
    const slots = this.#slots;
    let mask = 0b10_0100;
    if (requestId !== 0) mask |= 0b1;
    if (deadlineUnixMs !== 0 && slots.deadlineUnixMs !== undefined) mask |= 0b10;
    if (traceId !== undefined && slots.traceId !== undefined) mask |= 0b1000;
    if (spanId !== undefined && slots.spanId !== undefined) mask |= 0b1_0000;
    let at = writer.table(writer.begin(), this.#layout, mask, 1) + 4;
    const view = writer.view;
    if ((mask & 0b1) !== 0) at = writeUint64(view, at, requestId);
    if ((mask & 0b10) !== 0) at = writeUint64(view, at, deadlineUnixMs);
    const payload = at;
    at += 4;
    let strings = at;
    if ((mask & 0b1000) !== 0) at += 4;
    if ((mask & 0b1_0000) !== 0) at += 4;
    view.setUint8(at, code);
    if ((mask & 0b1000) !== 0) {
      writer.string(strings, traceId!, 'CallRequest.trace_id');
      strings += 4;
    }
    if ((mask & 0b1_0000) !== 0) writer.string(strings, spanId!, 'CallRequest.span_id');
    return payload;
  }

  /** Reads all but the payload of the message that the reader was reset to. Throws INVALID_PAYLOAD. */
  readHead(reader: Reader, head: CallHead): void {
    const { requestId, deadlineUnixMs, traceId, spanId, payload } = this.#entries;
    reader.table(reader.root(), 1);
    const idAt = reader.field(requestId, 8);
    const codeAt = reader.field(payload - 2, 1);
    const payloadAt = reader.field(payload, 4);
    const deadlineAt = reader.field(deadlineUnixMs, 8);
    const traceAt = reader.field(traceId, 4);
    const spanAt = reader.field(spanId, 4);
    const view = reader.view;
    head.requestIdLow = idAt === 0 ? 0 : view.getUint32(idAt, true);
    head.requestIdHigh = idAt === 0 ? 0 : view.getUint32(idAt + 4, true);
    head.code = codeAt === 0 ? 0 : view.getUint8(codeAt);
    head.payload = payloadAt === 0 ? 0 : reader.indirect(payloadAt);
    head.deadlineUnixMs =
      deadlineAt === 0
        ? 0
        : view.getInt32(deadlineAt + 4, true) * TWO_TO_32 + view.getUint32(deadlineAt, true);
    head.traceId = traceAt === 0 ? undefined : reader.string(traceAt);
    head.spanId = spanAt === 0 ? undefined : reader.string(spanAt);
  }
}

/** The entry of a slot in a vtable. One that no vtable has, for a field that the schema lacks. */
function entryOf(slot: number | undefined): number {
  return slot === undefined ? 0x1_0000 : 4 + 2 * slot;
}

/** Writes and reads the `CallResponse` that an answer travels in. */
export class CallResponseEnvelope {
  readonly #slots: CallResponseSlots;
  readonly #layout: TableLayout;

  constructor(slots: CallResponseSlots) {
    this.#slots = slots;
    this.#layout = new TableLayout(8, [
      [slots.requestId, 8],
      [slots.payload, 4],
      [slots.payload - 1, 1],
    ]);
  }

  /** Appends all but the payload and returns the slot for it; its table is written next, with depth 2. */
  begin(writer: Writer, code: number, head: CallHead): number {
    const identified = head.requestIdLow !== 0 || head.requestIdHigh !== 0;
    let at = writer.table(writer.begin(), this.#layout, identified ? 0b111 : 0b110, 1) + 4;
    const view = writer.view;
    if (identified) {
      view.setUint32(at, head.requestIdLow, true);
      view.setUint32(at + 4, head.requestIdHigh, true);
      at += 8;
    }
    view.setUint8(at + 4, code);
    return at;
  }

  /**
   * The position of the payload table in the message that the reader was reset to, which has to be the one
   * that `code` names; it is read with depth 2. Throws INVALID_PAYLOAD.
   */
  open(reader: Reader, code: number): number {
    const { payload } = this.#slots;
    reader.table(reader.root(), 1);
    const codeAt = reader.field(2 + 2 * payload, 1);
    const found = codeAt === 0 ? 0 : reader.bytes[codeAt]!;
    if (found !== code) throw invalid(`the answer has the payload type ${found} where ${code} belongs`);
    const payloadAt = reader.field(4 + 2 * payload, 4);
    if (payloadAt === 0) throw invalid('the answer has no payload');
    return reader.indirect(payloadAt);
  }
}

/** For whole numbers from 0 to 2^53. Returns the position after it. */
function writeUint64(view: DataView, at: number, value: number): number {
  view.setUint32(at, value >>> 0, true);
  view.setUint32(at + 4, Math.floor(value / TWO_TO_32), true);
  return at + 8;
}
