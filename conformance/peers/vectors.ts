import { readFileSync } from 'node:fs';
import type { Bytes } from '../../protocol/vectors/generate/bytes.ts';
import type { Exchange } from '../../protocol/vectors/generate/exchange.ts';

/** The bytes that a vector file stands for. */
export function bytesOf(bytes: Bytes): Buffer {
  if (typeof bytes === 'string') return Buffer.from(bytes, 'hex');
  return Buffer.concat(
    bytes.map((part) =>
      typeof part === 'string'
        ? Buffer.from(part, 'hex')
        : Buffer.alloc((part.repeat.length / 2) * part.times, Buffer.from(part.repeat, 'hex')),
    ),
  );
}

/** One of the files in protocol/vectors. */
export function readVectors<Content>(file: string): Content {
  return JSON.parse(readFileSync(new URL(`../../protocol/vectors/${file}`, import.meta.url), 'utf8'));
}

/** The exchanges of version 2, of both files. */
export function readExchanges(to: Exchange['to']): Exchange[] {
  return ['v2-messages.json', 'v2-streams.json']
    .flatMap((file) => readVectors<{ exchanges: Exchange[] }>(file).exchanges)
    .filter((exchange) => exchange.to === to);
}

/** @throws Error naming those there are */
export function findExchange(to: Exchange['to'], name: string): Exchange {
  const all = readExchanges(to);
  const found = all.find((exchange) => exchange.name === name);
  if (found === undefined)
    throw new Error(`no exchange "${name}"; there are:\n${all.map((e) => e.name).join('\n')}`);
  return found;
}
