import { Reader, Writer } from 'pluginart/codec';
import type { Dynamic } from './generated.ts';

/** A caller that hands each call to a service in the same process, over the bytes that would go over the wire. */
export class Loopback {
  readonly calls: { plugin: string; method: string; options: unknown }[] = [];
  traceId: string | undefined;
  #requestId = 2 ** 40;
  readonly #service: Dynamic;
  readonly #hasWholeHead: boolean;

  /** @param hasWholeHead false for an envelope that has no place for a deadline and a trace */
  constructor(service: Dynamic, hasWholeHead = true) {
    this.#service = service;
    this.#hasWholeHead = hasWholeHead;
  }

  async invoke(plugin: string, method: Dynamic, request: Dynamic, options?: unknown): Promise<Dynamic> {
    this.calls.push({ plugin, method: method.name, options });
    const requestId = ++this.#requestId;
    const envelope = {
      requestId,
      deadlineUnixMs: 1_700_000_000_123,
      traceId: this.traceId,
      spanId: undefined,
    };
    const writer = new Writer(16);
    writer.position = 3;
    method.encodeCall(writer, request, envelope);
    const payload = Buffer.from(writer.bytes.subarray(3, writer.position));
    const reader = new Reader();
    reader.reset(await this.answer(payload, request instanceof Uint8Array ? undefined : requestId));
    return method.decodeResponse(reader);
  }

  /** What a plugin does with an encoded `CallRequest`. @param requestId checked, with the rest of the head, unless a builder made it */
  async answer(payload: Buffer, requestId?: number): Promise<Buffer> {
    const reader = new Reader();
    reader.reset(payload);
    const head: Dynamic = {};
    this.#service.readHead(reader, head);
    if (requestId !== undefined) {
      const seen = {
        id: head.requestIdHigh * 2 ** 32 + head.requestIdLow,
        deadline: head.deadlineUnixMs,
        trace: head.traceId,
      };
      const expected = {
        id: requestId,
        deadline: this.#hasWholeHead ? 1_700_000_000_123 : 0,
        trace: this.traceId,
      };
      if (JSON.stringify(seen) !== JSON.stringify(expected))
        throw new Error(`the head came as ${JSON.stringify(seen)}`);
    }
    const method = this.#service.methods[head.code];
    const response = await method.handle(method.decodeRequest(reader, head.payload), { method: method.name });
    const writer = new Writer();
    method.encodeResponse(writer, response, head);
    return Buffer.from(writer.bytes.subarray(0, writer.position));
  }
}
