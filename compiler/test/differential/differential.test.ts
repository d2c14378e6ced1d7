/**
 * Random schemas and random values through four implementations that have to agree: the generated codecs, the
 * generated flatc-shaped classes on the official runtime, and native flatc in both directions.
 *
 * A failure names its seed; `PLUGINART_SEED=<seed>` runs that schema alone. `PLUGINART_SCHEMAS=<n>` runs more.
 *
 * What flatc 2.0.8 cannot do, and what is done about it:
 * - `--json` from a schema's text refuses vectors of unions and string and struct members of unions, as one of
 *   its languages lacks them: it gets the schema in binary form, which it does not check again.
 * - It rejects defaults of strings and vectors: it is given the schema without them, and they are filled in after.
 * - Floats are printed with 6 digits after the point, doubles with 12: values for that direction have no more.
 *   `nan` and `inf` are printed as they are, which is no JSON, so the JSON is read by a parser of our own.
 * - A vector of unions cannot hold NONE, and a leading U+FEFF is dropped from strings by the official
 *   TextDecoder: neither is made.
 * - Negative zero: see `difference`.
 */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { loadSchema } from '../../src/index.ts';
import type { Schema } from '../../src/model.ts';
import { makeFolder } from '../emit/generated.ts';
import { FlatcSchema, flatcVersion } from './flatc.ts';
import { fromFlatcJson, toFlatcJson } from './flatc-json.ts';
import { GeneratedCode } from './generated-code.ts';
import { decodePlain, encodePlain } from './plain-values.ts';
import { Random } from './random.ts';
import { type RandomSchema, randomSchema } from './random-schema.ts';
import { RandomValues } from './random-value.ts';
import { buildTable, readTable } from './table-values.ts';
import { difference, type Fields, withDefaults } from './value.ts';

const valuesPerSchema = 50;
const only = process.env.PLUGINART_SEED;
const schemas = Number(process.env.PLUGINART_SCHEMAS ?? 40);
const seeds = only === undefined ? Array.from({ length: schemas }, (_, i) => i + 1) : [Number(only)];
const strict = process.env.PLUGINART_STRICT === '1';
const flatc = flatcVersion();

const folder = makeFolder();
after(() => folder.remove());

/** One schema with everything that is compared. */
interface Subject {
  readonly seed: number;
  readonly texts: RandomSchema;
  readonly code: GeneratedCode;
}

const subjects = new Map<number, Promise<Subject>>();

function subject(seed: number): Promise<Subject> {
  let made = subjects.get(seed);
  if (made === undefined) subjects.set(seed, (made = makeSubject(seed)));
  return made;
}

async function makeSubject(seed: number): Promise<Subject> {
  const texts = randomSchema(new Random(seed));
  const schema = load(texts.text);
  const code = await GeneratedCode.load(schema, `${folder.path}/schema-${seed}`);
  return { seed, texts, code };
}

function load(text: string): Schema {
  const { schema, diagnostics } = loadSchema('random.fbs', {
    readFile: (path) => (path.endsWith('random.fbs') ? Buffer.from(text) : undefined),
  });
  assert.ok(
    schema,
    `the schema is rejected: ${diagnostics.map((found) => found.message).join('; ')}\n${text}`,
  );
  return schema;
}

async function forEachSubject(body: (subject: Subject) => void): Promise<void> {
  for (const seed of seeds) {
    try {
      body(await subject(seed));
    } catch (error) {
      throw new Error(
        `seed ${seed} fails (PLUGINART_SEED=${seed} runs it alone): ${(error as Error).message}`,
        {
          cause: error,
        },
      );
    }
  }
}

function makeValues({ seed, code }: Subject, printableFloats: boolean): Fields[] {
  const values = new RandomValues(new Random(seed ^ 0x5eed), printableFloats);
  return Array.from({ length: valuesPerSchema }, () => values.root(code.schema.rootType!));
}

/** @param reader who read `actual` */
function assertSame({ code, texts }: Subject, expected: Fields, actual: Fields, reader: string): void {
  const root = code.schema.rootType!;
  const found = difference(withDefaults(root, expected), withDefaults(root, actual), root.name);
  assert.equal(found, undefined, `${reader} reads another value: ${found}\n${texts.text}`);
}

const skip = flatc === undefined && !strict ? 'NOT TESTED AGAINST flatc: it is not installed' : false;
if (skip !== false) process.stderr.write(`\n*** ${skip} (apt install flatbuffers-compiler) ***\n\n`);

test('flatc reads what the codecs write', { skip }, async () => {
  assert.ok(flatc, 'flatc is not installed, and PLUGINART_STRICT=1 demands it');
  await forEachSubject((subject) => {
    const { code, texts } = subject;
    const root = code.schema.rootType!;
    const values = makeValues(subject, true);
    const messages = values.map((value) => encodePlain(code, root, value));
    const native = new FlatcSchema(texts.flatcText);
    try {
      native.decode(messages).forEach((text, i) => {
        assertSame(subject, values[i]!, fromFlatcJson(root, text), 'flatc');
      });
    } finally {
      native.close();
    }
  });
});

test('the codecs and the official runtime read what flatc writes', { skip }, async () => {
  assert.ok(flatc, 'flatc is not installed, and PLUGINART_STRICT=1 demands it');
  await forEachSubject((subject) => {
    const { code, texts } = subject;
    const root = code.schema.rootType!;
    const values = makeValues(subject, false);
    const native = new FlatcSchema(texts.flatcText);
    try {
      const messages = native.encode(values.map((value) => toFlatcJson(root, value)));
      messages.forEach((message, i) => {
        assertSame(subject, values[i]!, decodePlain(code, root, message), 'the codec');
        assertSame(subject, values[i]!, readTable(code, root, message), 'the official runtime');
      });
    } finally {
      native.close();
    }
  });
});

test('the codecs and the generated classes read each other and themselves', async () => {
  await forEachSubject((subject) => {
    const { code } = subject;
    const root = code.schema.rootType!;
    for (const value of makeValues(subject, false)) {
      const encoded = encodePlain(code, root, value);
      assertSame(subject, value, decodePlain(code, root, encoded), 'the codec');
      assertSame(subject, value, readTable(code, root, encoded), 'the official runtime');
      const built = buildTable(code, root, value);
      assertSame(subject, value, readTable(code, root, built), 'the official runtime');
      assertSame(subject, value, decodePlain(code, root, built), 'the codec');
    }
  });
});
