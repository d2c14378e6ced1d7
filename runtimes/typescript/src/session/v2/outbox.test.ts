import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { FragmentAssembler } from '../../wire/fragment-assembler.ts';
import { FrameDecoder } from '../../wire/frame-decoder.ts';
import { V2Flag, V2Type } from '../../wire/frame-v2.ts';
import { MAX_UNSENT_BYTES } from '../../wire/limits.ts';
import type { Link, LinkSink } from '../link.ts';
import { Outbox } from './outbox.ts';

/** A link whose peer takes bytes only when told to. */
class SlowLink implements Link {
  readonly description = 'slow';
  unsentBytes = 0;
  taken: Buffer[] = [];
  writes = 0;
  readonly #written: Buffer[] = [];

  write(bytes: Uint8Array): void {
    this.#written.push(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
    this.unsentBytes += bytes.length;
    this.writes++;
  }

  /** The peer takes everything. */
  take(): void {
    this.taken.push(...this.#written.splice(0).map((bytes) => Buffer.from(bytes)));
    this.unsentBytes = 0;
  }

  start(_sink: LinkSink): void {}
  cork(): void {}
  uncork(): void {}
  pause(): void {}
  resume(): void {}
  end(): void {}
  destroy(): void {}
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

function framesIn(bytes: readonly Buffer[]) {
  const frames: { type: number; stream: number; flags: number; body: Buffer }[] = [];
  const decoder = new FrameDecoder(({ type, stream, flags, bytes: from, bodyStart, end }) => {
    frames.push({ type, stream, flags, body: Buffer.from(from.subarray(bodyStart, end)) });
  });
  decoder.setMode('v2');
  for (const chunk of bytes) decoder.push(chunk);
  return frames;
}

function drainAll(link: SlowLink, outbox: Outbox): void {
  while (link.unsentBytes > 0 || outbox.queuedBytes > 0) {
    link.take();
    outbox.pump();
  }
}

describe('Outbox', () => {
  it('writes the frames of one turn at once', async () => {
    const link = new SlowLink();
    const outbox = new Outbox(link);
    for (let id = 1; id < 20; id += 2) outbox.send(V2Type.CALL, 0, id, 0, undefined, Buffer.from(`${id}`));
    assert.equal(link.writes, 0);
    await turn();
    assert.equal(link.writes, 1);
    link.take();
    assert.deepEqual(
      framesIn(link.taken).map(({ stream, body }) => `${stream}:${body}`),
      ['1:1', '3:3', '5:5', '7:7', '9:9', '11:11', '13:13', '15:15', '17:17', '19:19'],
    );
  });

  it('does not touch what the link still holds, over many turns', async () => {
    const link = new SlowLink();
    const outbox = new Outbox(link);
    const sent: string[] = [];
    for (let round = 0; round < 300; round++) {
      const text = `${round} `.repeat((round % 50) * 20 + 1);
      sent.push(text);
      outbox.send(V2Type.CALL, 0, 2 * round + 1, 0, undefined, Buffer.from(text));
      outbox.pump();
      if (round % 7 === 0) link.take();
      outbox.pump();
    }
    drainAll(link, outbox);
    assert.deepEqual(
      framesIn(link.taken).map(({ body }) => String(body)),
      sent,
    );
  });

  it('lets control frames and small messages overtake a long one, and hands over a bounded amount', async () => {
    const link = new SlowLink();
    const outbox = new Outbox(link);
    const long = Buffer.alloc(16 * 1_048_576, 'x');
    outbox.send(V2Type.CALL, 0, 1, 600_000, Buffer.from('meta'), long);
    await turn();
    assert.ok(link.unsentBytes <= MAX_UNSENT_BYTES + 300_000, `${link.unsentBytes} bytes in the socket`);
    outbox.send(V2Type.CALL, 0, 3, 0, undefined, Buffer.from('small'));
    outbox.control(V2Type.PING, 1);
    const before = framesIn([]).length;
    link.take();
    const handed = framesIn(link.taken).length;
    drainAll(link, outbox);
    const frames = framesIn(link.taken);
    assert.equal(before, 0);
    assert.deepEqual([frames[handed]?.type, frames[handed + 1]?.stream], [V2Type.PING, 3]);
    const assembler = new FragmentAssembler(long.length);
    let message: ReturnType<FragmentAssembler['accept']>;
    const decoder = new FrameDecoder((frame) => {
      if (frame.stream === 1) message = assembler.accept(frame, 0) ?? message;
    });
    decoder.setMode('v2');
    for (const chunk of link.taken) decoder.push(chunk);
    assert.ok(message?.body.equals(long));
    assert.equal(String(message?.metadata), 'meta');
    // The time that was left when the call began to leave.
    const leftMs = message?.arg ?? 0;
    assert.ok(leftMs > 500_000 && leftMs <= 600_000, `${leftMs} ms`);
  });

  it('names the time left when the first fragment of a long call leaves, not when it was made', async () => {
    const link = new SlowLink();
    const outbox = new Outbox(link);
    link.unsentBytes = MAX_UNSENT_BYTES;
    outbox.send(V2Type.CALL, 0, 1, 10_000, undefined, Buffer.alloc(2_000_000));
    await new Promise((resolve) => setTimeout(resolve, 60));
    outbox.pump();
    link.take();
    outbox.pump();
    link.take();
    let arg = 0;
    const decoder = new FrameDecoder((frame) => {
      arg ||= frame.arg;
    });
    decoder.setMode('v2');
    for (const chunk of link.taken) decoder.push(chunk);
    assert.ok(arg > 0 && arg <= 9_950, `${arg} ms`);
  });

  it('sends at most four long messages at a time, by turns', () => {
    const link = new SlowLink();
    const outbox = new Outbox(link);
    for (let id = 1; id <= 11; id += 2)
      outbox.send(V2Type.CALL, 0, id, 0, undefined, Buffer.alloc(3_000_000));
    outbox.pump();
    drainAll(link, outbox);
    let unfinished = 0;
    let most = 0;
    for (const { flags } of framesIn(link.taken)) {
      if ((flags & V2Flag.CONT) === 0) unfinished++;
      most = Math.max(most, unfinished);
      if ((flags & V2Flag.MORE) === 0) unfinished--;
    }
    assert.equal(most, 4);
    assert.equal(unfinished, 0);
  });

  it('forgets an aborted long message, and says whether the peer has heard of it', () => {
    const link = new SlowLink();
    const outbox = new Outbox(link);
    outbox.send(V2Type.CALL, 0, 1, 0, undefined, Buffer.alloc(3_000_000));
    assert.equal(outbox.abort(1), 'unsent');
    assert.equal(outbox.queuedBytes, 0);
    outbox.send(V2Type.CALL, 0, 3, 0, undefined, Buffer.alloc(3_000_000));
    outbox.pump();
    assert.equal(outbox.abort(3), 'partly');
    assert.equal(outbox.abort(3), 'none');
    assert.equal(outbox.queuedBytes, 0);
  });

  it('takes back a frame that could not be encoded', async () => {
    const link = new SlowLink();
    const outbox = new Outbox(link);
    outbox.send(V2Type.CALL, 0, 1, 0, undefined, Buffer.from('one'));
    outbox.begin(undefined);
    outbox.writer.reserve(outbox.writer.position, 100_000);
    outbox.writer.position += 100_000;
    outbox.cancel();
    outbox.send(V2Type.CALL, 0, 3, 0, undefined, Buffer.from('two'));
    await turn();
    link.take();
    assert.deepEqual(
      framesIn(link.taken).map(({ body }) => String(body)),
      ['one', 'two'],
    );
  });
});
