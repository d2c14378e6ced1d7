import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import type { Connection, Frame } from '../../../../conformance/peers/v2/connection.ts';
import { errorOf, type V2Host } from '../../../../conformance/peers/v2/host.ts';
import { bytesOf } from '../../../../conformance/peers/vectors.ts';
import type { Exchange, Reply } from '../../../../protocol/vectors/generate/exchange.ts';
import { V2 } from '../../../../protocol/vectors/generate/frames.ts';

/** The two ways in which every exchange is run. */
export const ways = ['whole', 'byte by byte'] as const;
export type Way = (typeof ways)[number];

const unanswered = 0x7fff_fffe;

/** Sends what the exchange says, and checks all that comes back. */
export async function checkExchange(exchange: Exchange, way: Way, peer: V2Host | Connection): Promise<void> {
  await sendBytes(bytesOf(exchange.bytes), way, peer);
  const next = () => ('next' in peer ? peer.next() : peer.frame());
  if (exchange.goaway === undefined) await checkReplies(exchange.replies ?? [], peer, next);
  else await checkGoaway(exchange.goaway, peer, next);
}

async function sendBytes(bytes: Buffer, way: Way, peer: V2Host | Connection): Promise<void> {
  if (way === 'whole') peer.send(bytes);
  else {
    for (let at = 0; at < bytes.length; at++) {
      peer.send(bytes.subarray(at, at + 1));
      // Now and then the receiver runs, as it would between two reads.
      if (at % 64 === 0) await setImmediate();
    }
  }
}

async function checkReplies(
  replies: readonly Reply[],
  peer: V2Host | Connection,
  next: () => Promise<Frame | undefined>,
): Promise<void> {
  const missing = [...replies];
  const ping = Buffer.from('00000000070000000000000000000000', 'hex');
  ping.writeUInt32LE(unanswered, 12);
  // The connection is alive when all is said, and after it nothing more is said.
  const barrier = () => peer.send(ping);
  let barriers = 0;
  if (missing.length === 0) barrier();
  for (;;) {
    const frame = await next();
    assert.ok(frame !== undefined, `closed, and still to come: ${JSON.stringify(missing)}`);
    if (frame.type === V2.PONG && frame.arg === unanswered) {
      if (++barriers === 2) return;
      barrier();
    } else if (frame.type !== V2.PING && frame.type !== V2.CREDIT) {
      const index = missing.findIndex((reply) => isReply(reply, frame));
      assert.ok(index >= 0, `unexpected: ${describe(frame)}; to come: ${JSON.stringify(missing)}`);
      missing.splice(index, 1);
      if (missing.length === 0) barrier();
    }
  }
}

async function checkGoaway(
  code: number,
  peer: V2Host | Connection,
  next: () => Promise<Frame | undefined>,
): Promise<void> {
  for (;;) {
    const frame = await next();
    assert.ok(frame !== undefined, 'closed without GOAWAY');
    if (frame.type !== V2.GOAWAY) continue;
    assert.equal(errorOf(frame).code, code);
    assert.equal(await next(), undefined, 'GOAWAY is the last frame');
    await peer.closed;
    return;
  }
}

function isReply(reply: Reply, frame: Frame): boolean {
  return (
    reply.types.includes(frame.type) &&
    reply.stream === frame.stream &&
    (reply.arg === undefined || reply.arg === frame.arg) &&
    (reply.body === undefined || bytesOf(reply.body).equals(frame.body)) &&
    (reply.code === undefined || errorOf(frame).code === reply.code)
  );
}

function describe(frame: Frame): string {
  const isError = frame.type === V2.ERROR || frame.type === V2.GOAWAY;
  const body = isError ? JSON.stringify(errorOf(frame)) : frame.body.toString('hex');
  return `type ${frame.type}, stream ${frame.stream}, arg ${frame.arg}, ${body}`;
}
