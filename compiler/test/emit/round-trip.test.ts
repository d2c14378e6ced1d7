import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  decode,
  encode,
  Reader,
  Writer,
  writeMessage,
} from '../../../runtimes/typescript/src/codec/index.ts';
import { type Dynamic, loadModule, makeFolder, schemaNamed } from './generated.ts';
import { chain, everything } from './rich-value.ts';

const folder = makeFolder();
let codecs: Dynamic;
before(async () => {
  codecs = await loadModule(schemaNamed('rich'), 'host', 'codecs', folder.path);
});
after(() => folder.remove());

function there(value: Dynamic): Buffer {
  return encode(codecs.encodeEverythingRequest, value);
}

function back(bytes: Uint8Array): Dynamic {
  return decode(codecs.decodeEverythingRequest, bytes);
}

describe('values of generated codecs', () => {
  it('come back as they went', () => {
    for (const value of everything) assert.deepStrictEqual(back(there(value)), value);
  });

  it('do so wherever the message lies, and as often as it is written', () => {
    const writer = new Writer(1);
    const reader = new Reader();
    for (let offset = 0; offset < 33; offset++) {
      writer.position = offset;
      for (const value of [...everything, ...everything]) {
        const start = writer.position;
        codecs.encodeEverythingRequest(writer, writer.begin(), value, 1);
        assert.deepEqual(writer.bytes.subarray(start, writer.position), there(value));
        reader.reset(writer.bytes, start, writer.position);
        assert.deepStrictEqual(codecs.decodeEverythingRequest(reader, reader.root(), 1), value);
      }
    }
  });

  it('leave out what has a default', () => {
    const { scalars, references } = back(
      there({
        scalars: {},
        references: {
          mustText: '',
          mustBytes: Buffer.of(1),
          mustFrame: everything[6].references.mustFrame,
          mustShape: { type: 'Label', value: '' },
        },
      }),
    );
    assert.equal(scalars.i8Default, -7);
    assert.equal(scalars.flagDefault, true);
    assert.equal(scalars.u64Default, 2n ** 64n - 1n);
    assert.ok(Number.isNaN(scalars.f64Nan));
    assert.equal(scalars.f64Infinite, Number.NEGATIVE_INFINITY);
    assert.equal(scalars.level, 1);
    assert.equal(references.textDefault, 'none');
    assert.equal(references.text, undefined);
    assert.deepStrictEqual(references.mustBytes, Uint8Array.of(1));
    assert.equal('old' in references, false);
    assert.deepStrictEqual(back(there({ vectors: {} })).vectors.emptyDefault, []);
    assert.equal(
      there({ scalars: {} }).length,
      there({ scalars: { i8Default: -7, wide: 2n ** 64n - 1n } }).length,
    );
  });

  it('share no memory with the message', () => {
    const bytes = there(everything[4]);
    const value = back(bytes);
    bytes.fill(0);
    assert.deepStrictEqual(value, everything[4]);
    assert.equal(value.vectors.bytes.buffer.byteLength, 3);
  });

  it('turn lone surrogates into U+FFFD', () => {
    for (const text of ['a\ud800b', '\udc00'.repeat(100), `${'x'.repeat(2000)}\ud800`]) {
      const vectors = { strings: [text] };
      assert.deepStrictEqual(back(there({ vectors })).vectors.strings, [text.toWellFormed()]);
    }
  });

  it('may be 64 tables deep', () => {
    assert.deepStrictEqual(back(there({ node: chain(63) })).node, chain(63));
    assert.throws(() => there({ node: chain(64) }), { code: 0xf006, message: /more than 64 tables/ });
    const circle: Dynamic = { name: 'x' };
    circle.next = circle;
    assert.throws(() => there({ node: circle }), { code: 0xf006, message: /contains itself/ });
  });
});

describe('values that a schema does not allow', () => {
  const refused: readonly (readonly [value: Dynamic, message: string | RegExp])[] = [
    [undefined, 'EverythingRequest is required'],
    [null, 'EverythingRequest must be an object, not null'],
    [{ scalars: null }, 'Scalars must be an object, not null'],
    [{ scalars: { u8: 300 } }, 'Scalars.u8 must be an integer from 0 to 255, not the number 300'],
    [{ scalars: { u8: -1 } }, 'Scalars.u8 must be an integer from 0 to 255, not the number -1'],
    [{ scalars: { i8: 128 } }, /^Scalars.i8 must be an integer from -128 to 127/],
    [{ scalars: { i32: 1.5 } }, /^Scalars.i32 must be an integer .* not the number 1.5$/],
    [{ scalars: { i32: 2 ** 31 } }, /^Scalars.i32 must be/],
    [{ scalars: { u32: -1 } }, /^Scalars.u32 must be/],
    [{ scalars: { u16: Number.NaN } }, /^Scalars.u16 must be .* not the number NaN$/],
    [{ scalars: { i16: '5' } }, /^Scalars.i16 must be .* not the string "5"$/],
    [{ scalars: { i16: 5n } }, /^Scalars.i16 must be .* not the bigint 5n$/],
    [{ scalars: { i16: Symbol('x') } }, /^Scalars.i16 must be .* not a symbol$/],
    [{ scalars: { i32: null } }, /^Scalars.i32 must be .* not null$/],
    [{ scalars: { i64: 5 } }, /^Scalars.i64 must be a bigint from .* not the number 5$/],
    [{ scalars: { i64: 2n ** 63n } }, /^Scalars.i64 must be/],
    [{ scalars: { u64: -1n } }, /^Scalars.u64 must be/],
    [{ scalars: { f64: '1' } }, /^Scalars.f64 must be a number/],
    [{ scalars: { flag: 1 } }, 'Scalars.flag must be a boolean, not the number 1'],
    [{ scalars: { flag: 0 } }, 'Scalars.flag must be a boolean, not the number 0'],
    [{ optionals: { flag: null } }, 'Optionals.flag must be a boolean, not null'],
    [{ vectors: { flags: 'x' } }, 'Vectors.flags must be an array, not the string "x"'],
    [{ vectors: { i32s: [1, 2, 'x'] } }, /^Vectors.i32s\[2\] must be an integer/],
    // biome-ignore lint/suspicious/noSparseArray: that is the case
    [{ vectors: { i32s: [1, , 3] } }, 'Vectors.i32s[1] is required'],
    [{ vectors: { strings: ['', undefined] } }, 'Vectors.strings[1] is required'],
    [{ vectors: { u64s: [1n, 1] } }, /^Vectors.u64s\[1\] must be a bigint/],
    [{ vectors: { bytes: [1, 2] } }, 'Vectors.bytes must be a Uint8Array, not an array of 2'],
    [{ vectors: { points: [{ x: 1 }] } }, 'Point.y is required'],
    [
      { vectors: { frames: [{ ...everything[6].references.frame, pixels: [1] }] } },
      'Frame.pixels must be an array of 4, not an array of 1',
    ],
    [
      { vectors: { frames: [{ ...everything[6].references.frame, raw: [1, 2, 3] }] } },
      /^Frame.raw must be a Uint8Array of 3/,
    ],
    [{ vectors: { tables: [undefined] } }, 'Optionals is required'],
    [
      { vectors: { shapes: [{ type: 'Circle', value: 1 }] } },
      'Vectors.shapes.type must be one of Node, Optionals, Label, Point, Other, not the string "Circle"',
    ],
    [{ vectors: { shapes: [null] } }, 'Vectors.shapes must be an object with `type` and `value`, not null'],
    [{ references: {} }, 'References.must_frame is required'],
    [
      { references: { ...everything[6].references, mustText: undefined } },
      'References.must_text is required',
    ],
    [
      { references: { ...everything[6].references, mustText: 7 } },
      'References.must_text must be a string, not the number 7',
    ],
    [
      { references: { ...everything[6].references, shape: { type: 'Label', value: 5 } } },
      'Shape.Label must be a string, not the number 5',
    ],
    [{ node: {} }, 'Node.name is required'],
  ];

  it('are refused with the place and the reason', () => {
    for (const [value, message] of refused)
      assert.throws(() => there(value), { name: 'PluginartError', code: 0xf006, message });
  });

  it('leave the writer where it was', () => {
    const writer = new Writer(16);
    writer.position = 5;
    const { encodeEverythingRequest } = codecs;
    assert.throws(() =>
      writeMessage(writer, encodeEverythingRequest, { node: { name: 'x'.repeat(5000), next: {} } }),
    );
    assert.equal(writer.position, 5);
    writeMessage(writer, encodeEverythingRequest, everything[8]);
    assert.deepStrictEqual(back(writer.bytes.subarray(5, writer.position)), everything[8]);
  });
});
