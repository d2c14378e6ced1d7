import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseFloatingPoint, parseInteger } from './numbers.ts';

test('whole numbers', () => {
  assert.equal(parseInteger('0'), 0n);
  assert.equal(parseInteger('-0007'), -7n);
  assert.equal(parseInteger('+0xfF'), 255n);
  assert.equal(parseInteger('-0x8000000000000000'), -(2n ** 63n));
  for (const text of ['', '-', '0x', '1.0', '1e3', ' 1', 'x'])
    assert.equal(parseInteger(text), undefined, text);
});

test('floating-point numbers', () => {
  const values: [string, number][] = [
    ['1', 1],
    ['-1.', -1],
    ['.5e1', 5],
    ['6.02e+23', 6.02e23],
    ['0x1p0', 1],
    ['-0x1.8p1', -3],
    ['0x.8P-1', 0.25],
    ['0x1p-1074', 5e-324],
    ['0x1p1023', 2 ** 1023],
    ['0x1p99999', Number.POSITIVE_INFINITY],
    ['0x1p-99999', 0],
    ['INF', Number.POSITIVE_INFINITY],
    ['-infinity', Number.NEGATIVE_INFINITY],
    ['-NaN', Number.NaN],
    ['1e400', Number.POSITIVE_INFINITY],
  ];
  for (const [text, value] of values) assert.equal(parseFloatingPoint(text), value, text);
  for (const text of ['', '.', 'e1', '0x1', '0xp1', 'pi', '1 ', '--1']) {
    assert.equal(parseFloatingPoint(text), undefined, text);
  }
});
