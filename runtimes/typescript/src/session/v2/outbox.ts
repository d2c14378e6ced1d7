import { Writer } from '../../codec/writer.ts';
import { ErrorCode, PluginartError } from '../../errors/index.ts';
import { V2_HEADER_BYTES, writeV2Header } from '../../wire/frame-v2.ts';
import { MAX_UNSENT_BYTES, V2_MAX_PAYLOAD_BYTES } from '../../wire/limits.ts';
import type { Link } from '../link.ts';
import { CHUNK_BYTES, ChunkPool } from './chunk-pool.ts';
import { LongMessages } from './long-messages.ts';

/** Bodies from here on are handed to the link as they are, not copied behind their header. */
const borrowBytes = 16_384;
/** A chunk is sealed at this size, so that control frames overtake what is behind it. */
const sealBytes = 262_144;
/** A frame begins with at least so much room: few outgrow their chunk, which means a copy of all that is in it. */
const roomBytes = borrowBytes + 64;
/** What may wait for a peer that does not read, beyond what the link has taken. */
export const MAX_QUEUED_BYTES = 67_108_864;
/** Above it answers of handlers wait with their calls, and calls for handlers too. */
export const MAX_QUEUED_ANSWER_BYTES = 33_554_432;

/**
 * What waits to be sent, in three lanes: control frames, messages of one frame, long messages by turns.
 * Frames made in one turn of the event loop leave in one write (PROTOCOL.md, "Fairness").
 */
export class Outbox {
  /** Frames of one piece are written here, by whoever makes them, between `begin` and `end`. */
  readonly writer: Writer = new Writer(CHUNK_BYTES);
  readonly #link: Link;
  readonly #chunks = new ChunkPool();
  /** Up to here the writer's bytes have been handed to the link. */
  #taken = 0;
  #control: Buffer[] = [];
  /** Sealed chunks and borrowed bodies, in order. */
  #sealed: Uint8Array[] = [];
  #sealedBytes = 0;
  readonly #long = new LongMessages();
  #handed = 0;
  #scheduled = false;
  #now = 0;
  #begun = false;
  #frameStart = 0;
  #onEmpty: (() => void) | undefined;
  /** Called once, as soon as no more than `MAX_QUEUED_ANSWER_BYTES` wait. */
  onRoom: (() => void) | undefined;
  #metadataBytes = 0;
  readonly #flush = (): void => {
    this.#scheduled = false;
    this.pump();
  };

  constructor(link: Link) {
    this.#link = link;
  }

  /** Bytes made so far, long messages only as they leave; a frame has left when `handedBytes` passed what this was before it. */
  get madeBytes(): number {
    return this.#handed + this.writer.position - this.#taken + this.#sealedBytes;
  }

  /** Bytes that the link was given. */
  get handedBytes(): number {
    return this.#handed;
  }

  /** Bytes that wait here, the long messages' remains included. */
  get queuedBytes(): number {
    return this.writer.position - this.#taken + this.#sealedBytes + this.#long.queuedBytes;
  }

  get queuedControlFrames(): number {
    return this.#control.length;
  }

  /** `performance.now()`, read once a turn while frames are being made. */
  get now(): number {
    if (!this.#scheduled) {
      this.#now = performance.now();
      this.#schedule();
    }
    return this.#now;
  }

  /** Begins a frame of one piece: room for the header, then the metadata. The body follows by way of `writer`. */
  begin(metadata: Uint8Array | undefined): void {
    const { writer } = this;
    if (this.#begun) {
      // A getter of the value being encoded made a call: its frame would end up inside of this one.
      throw new PluginartError(ErrorCode.INTERNAL, 'a call was made while another was being encoded');
    }
    this.#begun = true;
    if (!this.#hasRoom) this.#seal();
    this.#frameStart = writer.position;
    this.#metadataBytes = metadata === undefined ? 0 : metadata.length;
    writer.reserve(writer.position, V2_HEADER_BYTES + this.#metadataBytes);
    writer.position += V2_HEADER_BYTES;
    if (metadata !== undefined) {
      writer.bytes.set(metadata, writer.position);
      writer.position += metadata.length;
    }
  }

  /** Bytes of the body written since `begin`. */
  get bodyBytes(): number {
    return this.writer.position - this.#frameStart - V2_HEADER_BYTES - this.#metadataBytes;
  }

  /** Takes back what was written since `begin`. */
  cancel(): void {
    this.#begun = false;
    this.writer.position = this.#frameStart;
  }

  /** Ends the frame; a message that turns out too long for one goes to the long ones. */
  end(type: number, flags: number, stream: number, arg: number): void {
    const { writer } = this;
    this.#begun = false;
    const start = this.#frameStart;
    const payloadBytes = writer.position - start - V2_HEADER_BYTES;
    if (payloadBytes > V2_MAX_PAYLOAD_BYTES) {
      const bodyStart = start + V2_HEADER_BYTES + this.#metadataBytes;
      const metadata =
        this.#metadataBytes === 0
          ? undefined
          : Buffer.from(writer.bytes.subarray(start + V2_HEADER_BYTES, bodyStart));
      const body = Buffer.from(writer.bytes.subarray(bodyStart, writer.position));
      writer.position = start;
      this.#long.add({ type, flags, stream, arg, metadata, body });
    } else {
      writeV2Header(writer.bytes, start, payloadBytes, type, flags, this.#metadataBytes, stream, arg);
      if (writer.position - this.#taken >= sealBytes) this.#seal();
    }
    this.#schedule();
  }

  /** A whole message whose body exists already. It must not change until it is sent. */
  send(
    type: number,
    flags: number,
    stream: number,
    arg: number,
    metadata: Uint8Array | undefined,
    body: Uint8Array,
  ): void {
    const metadataBytes = metadata === undefined ? 0 : metadata.length;
    const payloadBytes = metadataBytes + body.length;
    if (payloadBytes > V2_MAX_PAYLOAD_BYTES) {
      this.#long.add({ type, flags, stream, arg, metadata, body });
      this.#schedule();
      return;
    }
    const { writer } = this;
    this.begin(metadata);
    if (body.length < borrowBytes) {
      writer.reserve(writer.position, body.length);
      writer.bytes.set(body, writer.position);
      writer.position += body.length;
      this.end(type, flags, stream, arg);
      return;
    }
    this.#begun = false;
    writeV2Header(writer.bytes, this.#frameStart, payloadBytes, type, flags, metadataBytes, stream, arg);
    this.#seal();
    this.#sealed.push(body);
    this.#sealedBytes += body.length;
    this.#schedule();
  }

  /** A frame that overtakes all messages; for frames on stream 0 only, as it would overtake its own call. */
  control(type: number, arg: number, body?: Uint8Array): void {
    const bodyBytes = body === undefined ? 0 : body.length;
    const frame = Buffer.allocUnsafe(V2_HEADER_BYTES + bodyBytes);
    writeV2Header(frame, 0, bodyBytes, type, 0, 0, 0, arg);
    if (body !== undefined) frame.set(body, V2_HEADER_BYTES);
    this.#control.push(frame);
    this.#schedule();
  }

  /**
   * Forgets what is left of a stream's long message.
   * @returns `unsent`: none of it left, and the peer never hears of it; `partly`: the peer must be told; `none`: there was none
   */
  abort(stream: number): 'unsent' | 'partly' | 'none' {
    return this.#long.abort(stream);
  }

  /** Resolves when the link has been given all of it. Never, when the connection dies first. */
  whenEmpty(): Promise<void> {
    this.pump();
    if (this.queuedBytes === 0 && this.#control.length === 0) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onEmpty = resolve;
    });
  }

  /** Hands over as much as the link may hold. */
  pump(): void {
    this.#pump();
    if (this.onRoom !== undefined && this.queuedBytes <= MAX_QUEUED_ANSWER_BYTES) {
      const { onRoom } = this;
      this.onRoom = undefined;
      onRoom();
    }
    if (this.#onEmpty !== undefined && this.queuedBytes === 0 && this.#control.length === 0) this.#onEmpty();
  }

  #pump(): void {
    const link = this.#link;
    if (link.unsentBytes === 0 && this.#sealed.length === 0) this.#chunks.takeBack();
    const pending = this.writer.position - this.#taken;
    if (this.#control.length === 0 && this.#sealed.length === 0 && this.#long.isEmpty) {
      // The usual case: one chunk, one write.
      if (pending > 0 && link.unsentBytes < MAX_UNSENT_BYTES) this.#writeChunk();
      return;
    }
    let more = true;
    while (more && link.unsentBytes < MAX_UNSENT_BYTES) {
      link.cork();
      while (link.unsentBytes < MAX_UNSENT_BYTES && (more = this.#writeNext()));
      link.uncork();
    }
    if (link.unsentBytes === 0 && this.queuedBytes === 0) this.#reuse();
  }

  #writeNext(): boolean {
    const link = this.#link;
    const control = this.#control;
    if (control.length > 0) {
      this.#control = [];
      for (const frame of control) link.write(frame);
      return true;
    }
    const sealed = this.#sealed.shift();
    if (sealed !== undefined) {
      this.#sealedBytes -= sealed.length;
      this.#handed += sealed.length;
      link.write(sealed);
      return true;
    }
    if (this.writer.position > this.#taken) {
      this.#takeChunk();
      return true;
    }
    const fragmentBytes = this.#long.writeFragment(link);
    this.#handed += fragmentBytes;
    return fragmentBytes > 0;
  }

  get #hasRoom(): boolean {
    return this.writer.bytes.length - this.writer.position >= roomBytes;
  }

  #writeChunk(): void {
    this.#takeChunk();
    if (this.#link.unsentBytes === 0) this.#reuse();
    else if (!this.#hasRoom) this.#renew();
  }

  #takeChunk(): void {
    const { writer } = this;
    const chunk = writer.bytes.subarray(this.#taken, writer.position);
    this.#taken = writer.position;
    this.#handed += chunk.length;
    this.#link.write(chunk);
  }

  /** The operating system has all of it: the same memory serves again. */
  #reuse(): void {
    if (this.writer.bytes.length > 4 * CHUNK_BYTES) this.#renew();
    else this.writer.position = this.#taken = 0;
  }

  #renew(): void {
    this.#chunks.lend(this.writer.bytes);
    this.writer.renew(this.#chunks.take());
    this.#taken = 0;
  }

  #seal(): void {
    const { writer } = this;
    if (writer.position > this.#taken) {
      const chunk = writer.bytes.subarray(this.#taken, writer.position);
      this.#sealed.push(chunk);
      this.#sealedBytes += chunk.length;
      this.#taken = writer.position;
    }
    if (!this.#hasRoom) this.#renew();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#now = performance.now();
    process.nextTick(this.#flush);
  }
}
