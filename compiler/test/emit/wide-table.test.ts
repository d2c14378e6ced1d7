import assert from 'node:assert/strict';
import { after, it } from 'node:test';
import { decode, encode } from '../../../runtimes/typescript/src/codec/index.ts';
import { loadSchema } from '../../src/load/load-schema.ts';
import { type Dynamic, loadModule, makeFolder } from './generated.ts';

const folder = makeFolder();
after(() => folder.remove());

const kinds = ['int = null', 'string', 'ubyte = null', 'double = null', 'bool', '[short]', 'Pair'] as const;
const samples: readonly Dynamic[] = [-5, 'text', 255, 0.1, true, [1, -2, 3], { a: 1, b: 2n }];

function schemaText(fields: number): string {
  const lines = Array.from({ length: fields }, (_, n) => `f${n}: ${kinds[n % kinds.length]};`);
  return `namespace wide; struct Pair { a: ubyte; b: long; } table WideRequest { ${lines.join(' ')} must: string (required); }
    table WideResponse {} rpc_service Wide { Wide(WideRequest): WideResponse; }`;
}

it('tables with more fields than fit into one mask keep each of them apart', async () => {
  for (const fields of [28, 29, 30, 31, 59, 60, 61, 130]) {
    const { schema } = loadSchema('wide.fbs', { readFile: () => Buffer.from(schemaText(fields)) });
    const codecs = await loadModule(schema!, 'host', 'codecs', `${folder.path}/${fields}`);
    for (let round = 0; round < 40; round++) {
      const value: Dynamic = { must: `round ${round}` };
      for (let n = 0; n < fields; n++) {
        // All, then those where one mask ends and the next begins, then ever changing sets.
        const isPresent =
          round === 0 || (round < 3 ? n % 30 === 28 + round : (n * 7 + round * 13) % (2 + (round % 5)) === 0);
        const sample = samples[n % samples.length];
        value[`f${n}`] = isPresent ? sample : typeof sample === 'boolean' ? false : undefined;
      }
      assert.deepEqual(decode(codecs.decodeWideRequest, encode(codecs.encodeWideRequest, value)), value);
    }
  }
});
