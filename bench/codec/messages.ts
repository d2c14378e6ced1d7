import { CallRequestEnvelope, Reader, Writer } from 'pluginart/codec';
import * as codecs from './generated/codecs.ts';
import type {
  BodyT as BodyValue,
  EchoRequestT as EchoValue,
  StoreRequestT as StoreValue,
} from './generated/values.ts';
import {
  BodyT,
  CallRequestT,
  decodeOfficially,
  EchoRequestT,
  encodeOfficially,
  OwnerT,
  PositionT,
  StoreRequestT,
} from './object-api.ts';

/** The two ways to do one thing; each does it once when called. */
export interface Duel {
  readonly what: string;
  /** Of the encoded message, as we write it. */
  readonly bytes: number;
  /** How many times as fast ours has to be. */
  readonly atLeast: number;
  readonly ours: () => unknown;
  readonly official: () => unknown;
}

const words = ['alpha', 'mons', 'jovian', 'periapsis', 'Ganymede-IV', 'a distant object', 'x'];

const small: EchoValue = { input: 'Hello, plugins!' };

function catalogue(size: number): StoreValue {
  return {
    title: 'A catalogue of bodies',
    revision: 7,
    bodies: Array.from(
      { length: size },
      (_, i): BodyValue => ({
        id: BigInt(i) * 1_000_003n,
        name: `Body number ${i} of ${words[i % words.length]}`,
        kind: (i % 4) as BodyValue['kind'],
        position: { x: i * 1.5, y: -i / 3, z: 1e6 / (i + 1) },
        mass: i * 1e24,
        radius: i * 0.5,
        visible: i % 3 !== 0,
        tags: [0, 2, 3].map((n) => words[(i + n) % words.length]!),
        spectrum: Array.from({ length: 16 }, (_, n) => n / 2 + i),
        counts: Array.from({ length: 16 }, (_, n) => n * i),
        thumbnail: new Uint8Array(32).fill(i),
        owner: { name: `Owner ${i}`, email: `owner${i}@example.org`, since: 1_700_000_000_000n + BigInt(i) },
      }),
    ),
  };
}

const writer = new Writer(65_536);
const reader = new Reader();
const callRequest = new CallRequestEnvelope({
  requestId: 0,
  deadlineUnixMs: 1,
  traceId: 2,
  spanId: 3,
  payload: 5,
});
const envelope = { requestId: 77, deadlineUnixMs: 0, traceId: undefined, spanId: undefined };
const head = {
  requestIdLow: 0,
  requestIdHigh: 0,
  code: 0,
  payload: 0,
  deadlineUnixMs: 0,
  traceId: undefined,
  spanId: undefined,
};

function encodeEcho(value: EchoValue): number {
  writer.position = 0;
  codecs.encodeEchoRequest(writer, callRequest.begin(writer, 1, envelope), value, 2);
  return writer.position;
}

function encodeStore(value: StoreValue): number {
  writer.position = 0;
  codecs.encodeStoreRequest(writer, callRequest.begin(writer, 2, envelope), value, 2);
  return writer.position;
}

function decodeEcho(bytes: Buffer): EchoValue {
  reader.reset(bytes);
  callRequest.readHead(reader, head);
  return codecs.decodeEchoRequest(reader, head.payload, 2);
}

function decodeStore(bytes: Buffer): StoreValue {
  reader.reset(bytes);
  callRequest.readHead(reader, head);
  return codecs.decodeStoreRequest(reader, head.payload, 2);
}

function officialCatalogue({ title, revision, bodies }: StoreValue): CallRequestT {
  const officialBodies = bodies.map(({ position, owner, thumbnail, ...body }) => {
    const { x, y, z } = position!;
    return new BodyT(
      body.id,
      body.name,
      body.kind,
      new PositionT(x, y, z),
      body.mass,
      body.radius,
      body.visible,
      body.tags,
      body.spectrum,
      body.counts,
      [...thumbnail!],
      new OwnerT(owner!.name, owner!.email!, owner!.since),
    );
  });
  return new CallRequestT(77n, 0n, null, null, 2, new StoreRequestT(title, revision, officialBodies));
}

/** A call with a short string, and calls with tables, vectors and strings of about 10 and 100 KB. */
export function duels(): Duel[] {
  const officialSmall = new CallRequestT(77n, 0n, null, null, 1, new EchoRequestT(small.input));
  const all = duel('small', () => encodeEcho(small), decodeEcho, officialSmall);
  for (const size of [25, 250]) {
    const large = catalogue(size);
    all.push(...duel(`${size} bodies`, () => encodeStore(large), decodeStore, officialCatalogue(large)));
  }
  return all;
}

function duel(
  name: string,
  encode: () => number,
  decode: (bytes: Buffer) => unknown,
  official: CallRequestT,
): Duel[] {
  const length = encode();
  const bytes = Buffer.from(writer.bytes.subarray(0, length));
  const officialBytes = encodeOfficially(official).slice();
  return [
    {
      what: `encode ${name}`,
      bytes: bytes.length,
      atLeast: 8,
      ours: encode,
      official: () => encodeOfficially(official),
    },
    {
      what: `decode ${name}`,
      bytes: bytes.length,
      atLeast: 3,
      ours: () => decode(bytes),
      official: () => decodeOfficially(officialBytes),
    },
  ];
}
