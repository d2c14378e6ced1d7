/**
 * Random schemas and random values across TypeScript, Go and Python, in all directions, with flatc as the referee:
 * what TypeScript and flatc write, the others read; what those write, TypeScript, flatc and each other read. Each
 * prints what it decoded by the names that its own language has, so that two mistakes cannot cancel each other out.
 *
 * A failure names its seed; `PLUGINART_SEED=<seed>` runs that schema alone. `PLUGINART_SCHEMAS=<n>` runs more.
 */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { loadSchema } from '../../../src/index.ts';
import { makeFolder } from '../../emit/generated.ts';
import { hasGo } from '../../go/go-module.ts';
import { hasPython } from '../../python/python-folder.ts';
import { FlatcSchema, flatcVersion } from '../flatc.ts';
import { fromFlatcJson, toFlatcJson } from '../flatc-json.ts';
import { GeneratedCode } from '../generated-code.ts';
import { decodePlain, encodePlain } from '../plain-values.ts';
import { Random } from '../random.ts';
import { randomSchema } from '../random-schema.ts';
import { RandomValues } from '../random-value.ts';
import { difference, type Fields, withDefaults } from '../value.ts';
import { goPeer } from './go-peer.ts';
import { type EchoedSchema, type Peer, type Taken, talk } from './peer.ts';
import { dumpTable, isExpected } from './plain-dump.ts';
import { pythonPeer } from './python-peer.ts';

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

/** One message to the peers. */
interface Sent {
  readonly subject: Subject;
  readonly seed: number;
  readonly value: Fields;
  readonly bytes: Uint8Array;
  readonly writer: string;
  readonly isPrintable: boolean;
}

const hasFlatc = flatcVersion() !== undefined || process.env.PLUGINART_STRICT === '1';
if (!hasFlatc) process.stderr.write('\n*** NO LANGUAGE IS TESTED AGAINST flatc: it is not installed ***\n\n');
const makers = [...(hasGo ? [goPeer] : []), ...(hasPython ? [pythonPeer] : [])];

describe('TypeScript, Go, Python and flatc read each other', { skip: makers.length === 0 }, () => {
  const folder = makeFolder();
  const peers: Peer[] = [];
  const taken = new Map<Peer, Taken[]>();
  const subjects: Subject[] = [];
  let sent: Sent[] = [];
  after(() => {
    folder.remove();
    for (const peer of peers) peer.remove();
  });

  before(async () => {
    for (const seed of seeds) subjects.push(await makeSubject(seed, `${folder.path}/schema-${seed}`));
    for (const make of makers) peers.push(make(subjects));
    sent = subjects.flatMap(messagesOf);
  });

  it('what TypeScript and flatc write, the others read', () => {
    if (only === undefined) assert.ok(sent.length >= 50 * schemas, `${sent.length} messages`);
    for (const peer of peers) {
      const all = talk(peer, sent);
      taken.set(peer, all);
      sent.forEach((message, i) => {
        assertRead(peer, message, all[i]!, message.writer);
      });
    }
  });

  it('what the others write, TypeScript reads', () => {
    for (const [{ language }, all] of taken) {
      sent.forEach(({ subject, value }, i) => {
        const table = subject.schema.rootType!;
        assertSame(subject, value, decodePlain(subject.code, table, all[i]!.bytes), 'TypeScript', language);
      });
    }
  });

  it('what the others write, they read of each other', () => {
    for (const [writer, all] of taken) {
      const messages = sent.map((message, i) => ({ ...message, bytes: all[i]!.bytes }));
      for (const reader of peers.filter((peer) => peer !== writer)) {
        talk(reader, messages).forEach((read, i) => {
          assertRead(reader, messages[i]!, read, writer.language);
        });
      }
    }
  });

  it('what the others write, flatc reads', { skip: !hasFlatc }, () => {
    for (const [{ language }, all] of taken) {
      for (const subject of subjects) checkWithFlatc(subject, sent, all, language);
    }
  });
});

async function makeSubject(seed: number, directory: string): Promise<Subject> {
  const { text, flatcText } = randomSchema(new Random(seed));
  const { schema } = loadSchema('random.fbs', {
    readFile: (path) => (path.endsWith('random.fbs') ? Buffer.from(text) : undefined),
  });
  assert.ok(schema, `seed ${seed}: the schema is rejected`);
  return { seed, schema, code: await GeneratedCode.load(schema, directory), text, flatcText };
}

function messagesOf(subject: Subject): Sent[] {
  const { seed, code, flatcText } = subject;
  const table = code.schema.rootType!;
  const make = (isPrintable: boolean): Fields[] => {
    const values = new RandomValues(new Random(seed ^ 0x60), isPrintable);
    return Array.from({ length: valuesPerSchema / 2 }, () => values.root(table));
  };
  const sent = [true, false].flatMap((isPrintable) =>
    make(isPrintable).map((value) => {
      const bytes = encodePlain(code, table, value);
      return { subject, seed, value, bytes, writer: 'TypeScript', isPrintable };
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
        seed,
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

function assertRead(peer: Peer, { subject, value }: Sent, { dump }: Taken, writer: string): void {
  const { seed, schema, text } = subject;
  const expected = dumpTable(peer.spelling(subject), schema.rootType!, value);
  assert.ok(
    isExpected(expected, dump),
    `seed ${seed}: ${peer.language} reads another value of ${writer}:\n${JSON.stringify(dump)}\n${JSON.stringify(expected)}\n${text}`,
  );
}

function assertSame(
  { seed, schema, text }: Subject,
  expected: Fields,
  actual: Fields,
  reader: string,
  writer: string,
) {
  const table = schema.rootType!;
  const found = difference(withDefaults(table, expected), withDefaults(table, actual), table.name);
  assert.equal(
    found,
    undefined,
    `seed ${seed}: ${reader} reads another value of ${writer}: ${found}\n${text}`,
  );
}

function checkWithFlatc(
  subject: Subject,
  sent: readonly Sent[],
  taken: readonly Taken[],
  writer: string,
): void {
  const table = subject.schema.rootType!;
  const own = sent.flatMap((message, i) =>
    message.subject === subject && message.isPrintable ? [{ message, taken: taken[i]! }] : [],
  );
  const native = new FlatcSchema(subject.flatcText);
  try {
    native.decode(own.map(({ taken: { bytes } }) => bytes)).forEach((text, i) => {
      assertSame(subject, own[i]!.message.value, fromFlatcJson(table, text), 'flatc', writer);
    });
  } finally {
    native.close();
  }
}
