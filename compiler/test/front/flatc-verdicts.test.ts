/**
 * Schemas of the corpus with a word or two changed: our verdict and that of flatc 2.0.8 are the same, or
 * differ for one of the reasons below.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { loadSchema } from '../../src/load/load-schema.ts';
import { flatcVersion } from '../differential/flatc.ts';
import { randomNumbers } from './random-numbers.ts';

/** What we reject and flatc does not, by our message. */
const oursAlone = [
  // Rules of contracts, of which flatc knows nothing.
  /`(CallRequest|CallResponse|RequestPayload|ResponsePayload)[`.]/,
  /the method `|answers no method|a schema with methods|the methods `|there is no root_type|the root_type is not|has one rpc_service/,
  /a method takes and gives tables/,
  // Attributes that flatc ignores where they mean nothing.
  /cannot stand on|takes no value|needs a (string|whole number)|is given twice|there is no streaming/,
  /cannot be `required` and `deprecated`/,
  // What nothing could be generated for.
  /is a type of the language|has no members|cannot hold itself|must be an integer, not|is already a member of this union/,
  /the most is 65535|is too large for|a field of a struct cannot have a default|must be `true` or `false`/,
  /a second (root_type|file_identifier|file_extension)|is not clear|there is no type|`native_include`|a JSON object/,
];

/** What flatc rejects and we do not, by its message. */
const flatcAlone = [/Default values for strings and vectors/, /unknown enum value/];

const version = flatcVersion();
const isOracle = version?.includes('2.0.8') === true;
const skip = !isOracle && process.env.PLUGINART_STRICT !== '1';
if (skip)
  console.error(`SKIPPED: verdicts were not compared with flatc 2.0.8 (found: ${version ?? 'no flatc'}).`);

const rounds = Number(process.env.PLUGINART_VERDICT_ROUNDS ?? 400);
const seed = Number(process.env.PLUGINART_FUZZ_SEED ?? 1);

test(`${rounds} changed schemas, seed ${seed}`, { skip }, () => {
  assert.ok(isOracle, `flatc 2.0.8 is needed; found: ${version ?? 'none'}`);
  const folder = mkdtempSync(join(tmpdir(), 'pluginart-verdicts-'));
  const path = join(folder, 'changed.fbs');
  const change = changer(randomNumbers(seed));
  try {
    for (let round = 0; round < rounds; round += 1) {
      const text = change();
      writeFileSync(path, text);
      const { schema, diagnostics } = loadSchema(path);
      const args = ['--binary', '--schema', '--no-warnings', '-o', folder, path];
      const { status, stdout, stderr } = spawnSync('flatc', args, { encoding: 'utf8' });
      if ((status === 0) === (schema !== undefined)) continue;
      const errors = diagnostics.filter(({ severity }) => severity === 'error').map(({ message }) => message);
      const said = schema === undefined ? errors.join('\n') : stdout + stderr;
      const reasons = schema === undefined ? oursAlone : flatcAlone;
      const who = schema === undefined ? 'only we reject' : 'only flatc rejects';
      assert.ok(
        reasons.some((reason) => reason.test(said)),
        `round ${round}: ${who} this\n${text}\n${said}`,
      );
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
});

/** Gives one changed schema after the other. */
function changer(random: () => number): () => string {
  const corpus = join(import.meta.dirname, '..', 'corpus', 'accept');
  const seeds = readdirSync(corpus)
    .filter((file) => !file.startsWith('include'))
    .map((file) => split(readFileSync(join(corpus, file), 'utf8')));
  const words =
    '{ } ( ) [ ] : ; , = . int string bool float double ubyte T A U E S null nan -inf 0 1 -1 5 255 256 1.5 [] [int] [T] [U] "x" ="A" =1 =A struct table enum union (required) (deprecated) (key) (id:0) (id:1)'.split(
      ' ',
    );
  const below = (count: number) => Math.floor(random() * count);
  return () => {
    const changed = [...seeds[below(seeds.length)]!];
    for (let edits = 1 + below(2); edits > 0; edits -= 1) {
      const at = below(changed.length + 1);
      const word = ` ${words[below(words.length)]} `;
      const kind = below(4);
      if (kind === 0) changed.splice(at, 1);
      else if (kind === 1) changed.splice(at, 0, word);
      else if (kind === 2) changed.splice(at, 1, word);
      else changed.splice(below(changed.length), 0, ...changed.splice(at, 1));
    }
    return changed.join('');
  };
}

/** Words, strings, signs and the blanks between them; comments left out. */
function split(text: string): string[] {
  const bare = text.replace(/\/\/.*|\/\*[\s\S]*?\*\//g, '');
  return bare.match(/\s+|"[^"]*"|'[^']*'|[\w.+-]+|[^\s]/g) ?? [];
}
