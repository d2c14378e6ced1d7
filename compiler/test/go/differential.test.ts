/**
 * Random schemas and random values across TypeScript and Go, in both directions, with flatc as the referee: what
 * TypeScript and flatc write, Go reads; what Go writes, TypeScript and flatc read. Go prints what it decoded by the
 * names of its structs' fields, so that two mistakes cannot cancel each other out.
 *
 * A failure names its seed; `PLUGINART_SEED=<seed>` runs that schema alone. `PLUGINART_SCHEMAS=<n>` runs more.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { after, test } from 'node:test';
import { GoNames } from '../../src/emit/go/names.ts';
import { generateCodecPackage, loadSchema } from '../../src/index.ts';
import { FlatcSchema, flatcVersion } from '../differential/flatc.ts';
import { fromFlatcJson, toFlatcJson } from '../differential/flatc-json.ts';
import { GeneratedCode } from '../differential/generated-code.ts';
import { decodePlain, encodePlain } from '../differential/plain-values.ts';
import { Random } from '../differential/random.ts';
import { randomSchema } from '../differential/random-schema.ts';
import { RandomValues } from '../differential/random-value.ts';
import { difference, type Fields, withDefaults } from '../differential/value.ts';
import { makeFolder } from '../emit/generated.ts';
import { type EchoedSchema, echoProgram } from './echo-program.ts';
import { GoModule, skipWithoutGo } from './go-module.ts';
import { type Dump, dumpTable } from './plain-dump.ts';

/** Half of them with floats that flatc prints in full. */
const valuesPerSchema = 50;
const only = process.env.PLUGINART_SEED;
const schemas = Number(process.env.PLUGINART_SCHEMAS ?? 30);
const seeds = only === undefined ? Array.from({ length: schemas }, (_, i) => i + 1) : [Number(only)];

interface Subject extends EchoedSchema {
  readonly code: GeneratedCode;
  readonly flatcText: string;
  readonly text: string;
}

/** One message to Go. */
interface Sent {
  readonly subject: Subject;
  readonly value: Fields;
  readonly bytes: Uint8Array;
  readonly writer: string;
  readonly isPrintable: boolean;
}

test('TypeScript, Go and flatc read each other', { skip: skipWithoutGo }, async () => {
  const folder = makeFolder();
  const module = new GoModule();
  after(() => {
    folder.remove();
    module.remove();
  });
  const hasFlatc = flatcVersion() !== undefined || process.env.PLUGINART_STRICT === '1';
  if (!hasFlatc) process.stderr.write('\n*** GO IS NOT TESTED AGAINST flatc: it is not installed ***\n\n');

  const subjects: Subject[] = [];
  for (const seed of seeds) {
    const { text, flatcText } = randomSchema(new Random(seed));
    const { schema } = loadSchema('random.fbs', {
      readFile: (path) => (path.endsWith('random.fbs') ? Buffer.from(text) : undefined),
    });
    assert.ok(schema, `seed ${seed}: the schema is rejected`);
    const code = await GeneratedCode.load(schema, `${folder.path}/schema-${seed}`);
    const files = generateCodecPackage(schema, { version: '0.0.0', packageName: `schema${seed}` });
    module.writeAll(`schema${seed}`, files);
    subjects.push({ seed, schema, names: new GoNames(schema), code, text, flatcText });
  }
  module.write('main.go', echoProgram(subjects));
  assert.equal(module.run('gofmt', '-l', '.').replace('main.go\n', ''), '', 'gofmt would change');
  assert.equal(module.run('go', 'build', '-o', 'echo', '.'), '');

  const sent = subjects.flatMap((subject) => messagesOf(subject, hasFlatc));
  const taken = talk(`${module.path}/echo`, sent);
  assert.equal(taken.length, sent.length);
  for (const [i, message] of sent.entries()) checkOne(message, taken[i]!);
  if (hasFlatc) for (const subject of subjects) checkWithFlatc(subject, sent, taken);
});

function messagesOf(subject: Subject, hasFlatc: boolean): Sent[] {
  const { seed, code, flatcText } = subject;
  const table = code.schema.rootType!;
  const make = (isPrintable: boolean): Fields[] => {
    const values = new RandomValues(new Random(seed ^ 0x60), isPrintable);
    return Array.from({ length: valuesPerSchema / 2 }, () => values.root(table));
  };
  const sent = [true, false].flatMap((isPrintable) =>
    make(isPrintable).map((value) => {
      const bytes = encodePlain(code, table, value);
      return { subject, value, bytes, writer: 'TypeScript', isPrintable };
    }),
  );
  if (!hasFlatc) return sent;
  const native = new FlatcSchema(flatcText);
  try {
    const values = make(false);
    const messages = native.encode(values.map((value) => toFlatcJson(table, value)));
    return [
      ...sent,
      ...messages.map((bytes, i) => ({
        subject,
        value: values[i]!,
        bytes,
        writer: 'flatc',
        isPrintable: false,
      })),
    ];
  } finally {
    native.close();
  }
}

interface Taken {
  readonly dump: Dump;
  readonly bytes: Buffer;
}

function talk(program: string, sent: readonly Sent[]): Taken[] {
  const parts = sent.flatMap(({ subject, bytes }) => [lengths(subject.seed, bytes.length), bytes]);
  const { stdout, stderr, status } = spawnSync(program, {
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
  return taken;
}

function lengths(...numbers: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * numbers.length);
  numbers.forEach((number, i) => {
    bytes.writeUInt32LE(number, 4 * i);
  });
  return bytes;
}

function checkOne({ subject, value, writer }: Sent, { dump, bytes }: Taken): void {
  const { seed, code, names, text } = subject;
  const table = code.schema.rootType!;
  // flatc leaves out a negative zero, as it equals zero.
  const expected = dumpTable(names, table, value);
  const isSame = (a: Dump, b: Dump): boolean => withoutNegativeZero(a) === withoutNegativeZero(b);
  assert.ok(
    isSame(dump, expected),
    `seed ${seed}: Go reads another value of ${writer}:\n${JSON.stringify(dump)}\n${JSON.stringify(expected)}\n${text}`,
  );
  const found = difference(
    withDefaults(table, value),
    withDefaults(table, decodePlain(code, table, bytes)),
    table.name,
  );
  assert.equal(found, undefined, `seed ${seed}: TypeScript reads another value of Go: ${found}\n${text}`);
}

function withoutNegativeZero(dump: Dump): string {
  return JSON.stringify(sorted(dump)).replaceAll('"8000000000000000"', '"0"');
}

function sorted(dump: Dump): Dump {
  if (dump === null || typeof dump === 'string') return dump;
  if (Array.isArray(dump)) return dump.map(sorted);
  return Object.fromEntries(
    Object.keys(dump)
      .sort()
      .map((key) => [key, sorted(dump[key]!)]),
  );
}

function checkWithFlatc(subject: Subject, sent: readonly Sent[], taken: readonly Taken[]): void {
  const table = subject.code.schema.rootType!;
  const own = sent.flatMap((message, i) =>
    message.subject === subject && message.isPrintable ? [{ message, taken: taken[i]! }] : [],
  );
  const native = new FlatcSchema(subject.flatcText);
  try {
    native.decode(own.map(({ taken: { bytes } }) => bytes)).forEach((text, i) => {
      const found = difference(
        withDefaults(table, own[i]!.message.value),
        withDefaults(table, fromFlatcJson(table, text)),
        table.name,
      );
      assert.equal(
        found,
        undefined,
        `seed ${subject.seed}: flatc reads another value of Go: ${found}\n${subject.text}`,
      );
    });
  } finally {
    native.close();
  }
}
