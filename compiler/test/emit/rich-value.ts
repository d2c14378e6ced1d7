import type { Dynamic } from './generated.ts';

const MIN_INT64 = -(2n ** 63n);
const MAX_INT64 = 2n ** 63n - 1n;
const MAX_UINT64 = 2n ** 64n - 1n;

const point = { x: 1.5, y: -2.25 };
const frame = {
  corner: point,
  level: -1,
  pixels: [0, 1, 65_535, 7],
  raw: Uint8Array.of(255, 0, 1),
  points: [
    { x: 0, y: Number.MIN_VALUE },
    { x: -0, y: Number.MAX_VALUE },
  ],
  wide: MAX_UINT64,
  on: true,
};

function scalars(extreme: 'low' | 'high') {
  const low = extreme === 'low';
  return {
    flag: !low,
    i8: low ? -128 : 127,
    u8: low ? 0 : 255,
    i16: low ? -32_768 : 32_767,
    u16: low ? 0 : 65_535,
    i32: low ? -2_147_483_648 : 2_147_483_647,
    u32: low ? 0 : 4_294_967_295,
    i64: low ? MIN_INT64 : MAX_INT64,
    u64: low ? 0n : MAX_UINT64,
    f32: low ? -0 : Number.POSITIVE_INFINITY,
    f64: low ? -Number.MAX_VALUE : Number.NaN,
    flagDefault: low,
    i8Default: low ? -7 : 0,
    i64Default: low ? MIN_INT64 : 0n,
    u64Default: low ? MAX_UINT64 : 0n,
    f32Default: low ? 1.5 : 0,
    f64Nan: low ? Number.NaN : 0,
    f64Infinite: low ? Number.NEGATIVE_INFINITY : -0,
    level: low ? -1 : 1,
    access: low ? 0 : 4_294_967_295,
    wide: low ? 0n : MAX_UINT64,
  };
}

const noOptionals = { flag: undefined, i32: undefined, u64: undefined, f64: undefined, level: undefined };
const zeroOptionals = { flag: false, i32: 0, u64: 0n, f64: 0, level: 0 };

const vectors = {
  flags: [true, false, true],
  i8s: [-128, 127, 0],
  bytes: Uint8Array.of(0, 255, 128),
  i16s: [-32_768, 32_767],
  u16s: [65_535],
  i32s: [-2_147_483_648, 2_147_483_647],
  u32s: [4_294_967_295, 0],
  i64s: [MIN_INT64, MAX_INT64, 0n, -1n],
  u64s: [MAX_UINT64, 0n],
  f32s: [0.5, -0, Number.NaN, Number.NEGATIVE_INFINITY],
  f64s: [Math.PI, Number.MIN_VALUE],
  levels: [-1, 0, 1, 77],
  accesses: [0, 7],
  wides: [MAX_UINT64],
  strings: [
    '',
    'ascii',
    'ümläut',
    '\u0000',
    '😀',
    'x'.repeat(5000),
    'ä'.repeat(1500),
    '\ufffd',
    '\u{10ffff}',
  ],
  points: [point, { x: 0, y: 0 }],
  frames: [frame],
  tables: [noOptionals, zeroOptionals],
  shapes: [
    { type: 'Node', value: node('a') },
    { type: 'Optionals', value: zeroOptionals },
    { type: 'Label', value: '' },
    { type: 'Point', value: point },
    { type: 'Other', value: node('b') },
  ],
  emptyDefault: [1, 2, 3],
};

function node(name: string, children?: unknown[], next?: unknown) {
  return { name, children, next };
}

/** A list of `length` nodes, each the next one's holder. */
export function chain(length: number): Dynamic {
  let value = node(`node ${length}`);
  for (let n = length - 1; n > 0; n--) value = node(`node ${n}`, undefined, value);
  return value;
}

const references = {
  text: '',
  textDefault: 'some',
  point,
  frame,
  node: node('', [node('c'), node('d', [])]),
  shape: { type: 'Label', value: 'a label' },
  mustText: 'must',
  mustBytes: new Uint8Array(0),
  mustFrame: { ...frame, on: false, wide: 0n },
  mustShape: { type: 'Point', value: point },
};

const nothing = {
  scalars: undefined,
  optionals: undefined,
  vectors: undefined,
  references: undefined,
  node: undefined,
  nodes: undefined,
};

/** Values of `EverythingRequest` of the schema `rich`, complete: as they are when they have been received. */
export const everything: readonly Dynamic[] = [
  nothing,
  { ...nothing, scalars: scalars('low') },
  { ...nothing, scalars: scalars('high'), optionals: noOptionals },
  { ...nothing, optionals: zeroOptionals },
  { ...nothing, vectors },
  { ...nothing, vectors: emptied(vectors) },
  { ...nothing, references },
  { ...nothing, node: chain(62), nodes: [] },
  {
    scalars: scalars('high'),
    optionals: zeroOptionals,
    vectors,
    references,
    node: node('root', [node('x'), node('y', [node('z')])]),
    nodes: Array.from({ length: 50 }, (_, n) =>
      node(`the node with the number ${n}`, n % 2 === 0 ? [node('')] : undefined),
    ),
  },
];

function emptied(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [key, each instanceof Uint8Array ? new Uint8Array(0) : []]),
  );
}
