import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readVectors } from '../../../../conformance/peers/vectors.ts';

/** A vector as far as an example is concerned. */
interface Example {
  readonly name: string;
  readonly bytes?: string;
  readonly connections?: readonly { readonly bytes: string }[];
}

const path = (relative: string) =>
  fileURLToPath(new URL(`../../../../protocol/${relative}`, import.meta.url));

test('the vector files are what their generator writes', () => {
  execFileSync(process.execPath, [path('vectors/generate.ts'), '--check'], { stdio: 'inherit' });
});

test('every rule that a vector names is in PROTOCOL.md', () => {
  const text = readFileSync(path('PROTOCOL.md'), 'utf8');
  const defined = new Set(Array.from(text.matchAll(/^- \*\*([A-Z0-9-]+)\*\*/gm), (match) => match[1]));
  const files = ['control-messages', 'credit', 'handshakes', 'malformed-frames', 'v2-messages', 'v2-streams'];
  const named = files.flatMap((file) =>
    Array.from(
      JSON.stringify(readVectors(`${file}.json`)).matchAll(/"(?:rule|violation)":"([^"]+)"/g),
      (match) => match[1],
    ),
  );
  assert.ok(named.length > 100);
  for (const rule of new Set(named)) assert.ok(defined.has(rule), rule);
});

test('no rule is numbered twice, and every rule that is cited exists', () => {
  const text = readFileSync(path('PROTOCOL.md'), 'utf8');
  const defined = Array.from(text.matchAll(/^- \*\*([A-Z0-9-]+)\*\*/gm), (match) => match[1] as string);
  assert.equal(new Set(defined).size, defined.length, 'a number is used twice');
  for (const [, rule] of text.matchAll(/\b(V[12]-[A-Z]\d+|FB\d+|S\d+|C\d+)\b/g)) {
    assert.ok(defined.includes(rule as string), `${rule} is cited`);
  }
});

test('the worked examples of PROTOCOL.md are vectors', () => {
  const text = readFileSync(path('PROTOCOL.md'), 'utf8');
  const examples = Array.from(text.matchAll(/^<!-- vector: (\S+) (.+) -->\n+```\n([\s\S]*?)```/gm));
  assert.ok(examples.length >= 8, `${examples.length} examples`);
  for (const [, file, name, block] of examples) {
    const laid = (block as string).replaceAll(/#.*$/gm, '').replaceAll(/\s/g, '');
    const all = Object.values(readVectors<Record<string, unknown>>(file as string))
      .filter(Array.isArray)
      .flat();
    const vector: Example | undefined = all.find((entry: Example) => entry.name === name);
    assert.equal(laid, vector?.bytes ?? vector?.connections?.[0]?.bytes, `${file}: ${name}`);
  }
});
