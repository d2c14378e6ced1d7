import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import type { Schema } from '../../../src/model.ts';
import type { Dump, Spelling } from './plain-dump.ts';

/** One schema of a peer's program, whose root's messages it takes under a number. */
export interface EchoedSchema {
  readonly seed: number;
  readonly schema: Schema;
}

/** A program in another language that reads messages, and for each tells what it read and writes it again. */
export interface Peer {
  readonly language: string;
  spelling(subject: EchoedSchema): Spelling;
  readonly command: readonly [program: string, ...args: string[]];
  remove(): void;
}

/** What a peer made of one message. */
export interface Taken {
  readonly dump: Dump;
  /** As the peer encodes what it decoded. */
  readonly bytes: Uint8Array;
}

/** Sends messages (schema, length, bytes) to one process and reads what it makes of them, in their order. */
export function talk(
  { command: [program, ...args] }: Peer,
  messages: readonly { readonly seed: number; readonly bytes: Uint8Array }[],
): Taken[] {
  const parts = messages.flatMap(({ seed, bytes }) => [lengths(seed, bytes.length), bytes]);
  const { stdout, stderr, status } = spawnSync(program, args, {
    input: Buffer.concat(parts),
    maxBuffer: 1 << 30,
  });
  assert.equal(status, 0, `${stderr}`);
  const taken: Taken[] = [];
  for (let at = 0; at < stdout.length; ) {
    const next = (): Buffer => {
      const from = at + 4;
      at = from + stdout.readUInt32LE(at);
      return stdout.subarray(from, at);
    };
    taken.push({ dump: JSON.parse(next().toString()) as Dump, bytes: next() });
  }
  assert.equal(taken.length, messages.length);
  return taken;
}

function lengths(...numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * numbers.length);
  numbers.forEach((number, i) => {
    bytes.writeUInt32LE(number, 4 * i);
  });
  return bytes;
}
