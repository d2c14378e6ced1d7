/** Mutated schemas of the corpus: whatever comes in, `loadSchema` gives a schema or errors, and formats them. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { formatDiagnostic } from '../../src/diagnostics/format.ts';
import { loadSchema } from '../../src/load/load-schema.ts';
import { randomNumbers } from './random-numbers.ts';

const corpus = join(import.meta.dirname, '..', 'corpus');
const seeds: readonly Buffer[] = ['accept', 'reject'].flatMap((folder) =>
  readdirSync(join(corpus, folder)).map((file) => readFileSync(join(corpus, folder, file))),
);
/** More by `PLUGINART_FUZZ_ROUNDS=200000`. */
const rounds = Number(process.env.PLUGINART_FUZZ_ROUNDS ?? 5000);

const tokens = `{ } ( ) [ ] : ; , = . " ' /* */ /// // \n \0 \ufeff`.split(' ');
const words =
  'table struct enum union rpc_service namespace root_type include attribute int string id: 1'.split(' ');
const values = 'null nan -inf 0x 1e -1 99999999999999999999 [] sin('.split(' ');
const pieces = [...tokens, ...words, ...values].map((text) => Buffer.from(` ${text} `));

test(`${rounds} mutated schemas`, () => {
  const seed = Number(process.env.PLUGINART_FUZZ_SEED ?? Date.now() % 2 ** 31);
  const random = randomNumbers(seed);
  const pick = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)]!;
  for (let round = 0; round < rounds; round += 1) {
    let bytes: Buffer = pick(seeds);
    for (let edits = 1 + Math.floor(random() * 4); edits > 0; edits -= 1) bytes = mutate(bytes, pick, random);
    const readFile = (path: string) => (dirname(path) === '.' ? bytes : undefined);
    try {
      const { schema, diagnostics } = loadSchema('fuzz.fbs', { readFile });
      const errors = diagnostics.filter(({ severity }) => severity === 'error');
      assert.equal(schema === undefined, errors.length > 0);
      for (const diagnostic of diagnostics) {
        const { place, length, sourceLine } = diagnostic;
        assert.ok(place.line >= 1 && place.column >= 1 && length >= 1);
        assert.ok(place.column - 1 + length <= sourceLine.length + 1, 'what is underlined is on the line');
        assert.ok(formatDiagnostic(diagnostic, { color: false }).length > 0);
      }
    } catch (cause) {
      const input = bytes.toString('latin1');
      throw new Error(`round ${round} of seed ${seed} threw on ${JSON.stringify(input)}`, { cause });
    }
  }
});

type Pick = <Item>(items: readonly Item[]) => Item;

function mutate(bytes: Buffer, pick: Pick, random: () => number): Buffer {
  const at = Math.floor(random() * (bytes.length + 1));
  const end = Math.min(bytes.length, at + 1 + Math.floor(random() * 12));
  switch (Math.floor(random() * 6)) {
    case 0:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)]);
    case 1:
      return Buffer.concat([bytes.subarray(0, at), pick(pieces), bytes.subarray(at)]);
    case 2:
      return Buffer.concat([bytes.subarray(0, at), pick(pieces), bytes.subarray(end)]);
    case 3:
      return Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)]);
    case 4: {
      const other = pick(seeds);
      return Buffer.concat([bytes.subarray(0, at), other.subarray(Math.floor(random() * other.length))]);
    }
    default: {
      const copy = Buffer.from(bytes);
      if (copy.length > 0) copy[at % copy.length] = Math.floor(random() * 256);
      return copy;
    }
  }
}
