/** Plugins that are wrong on purpose: certification says so, by the right rule. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { certify } from '../src/certify/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'certify-test-'));
after(() => rmSync(folder, { recursive: true }));
const schemaPath = fileURLToPath(new URL('../../examples/schema/echo.fbs', import.meta.url));
const contract = 'sha256:bbae0bbb0e92f8407a3a25443261c4249e9b56b268df675557eab6bfa4896ff5';
const node = (path: string, ...args: string[]) =>
  [process.execPath, fileURLToPath(new URL(path, import.meta.url)), ...args]
    .map((word) => `'${word}'`)
    .join(' ');
const v1Peer = node('../peers/v1-plugin.ts', '--contract', contract);
const v2Peer = (...args: string[]) => node('../peers/v2-plugin.ts', '--contract', contract, ...args);

async function rulesBroken(command: string, cases: string[]): Promise<Map<string, readonly string[]>> {
  const { verdicts } = await certify({ command, schemaPath, cases });
  assert.ok(verdicts.length > 0, `no case is called ${cases.join(' or ')}`);
  return new Map(
    verdicts.filter(({ failure }) => failure !== undefined).map(({ name, rules }) => [name, rules]),
  );
}

describe('a plugin that is wrong', { timeout: 120_000 }, () => {
  test('never says READY', async () => {
    const broken = await rulesBroken("sh -c 'echo ready; exit 3'", ['plugin-start/READY*']);
    assert.deepEqual([...broken.values()], [['S3', 'S6']]);
  });

  test('says READY. with a full stop', async () => {
    const script = join(folder, 'full-stop.sh');
    writeFileSync(script, '#!/bin/sh\necho READY.\nexit 1\n', { mode: 0o700 });
    const broken = await rulesBroken(script, ['plugin-start/READY*']);
    assert.ok(
      broken.get('plugin-start/READY once the address is bound, on a line of its own')?.includes('S3'),
    );
  });

  test('does not ask for a proof', async () => {
    const broken = await rulesBroken(v1Peer, ['plugin-handshake/no proof', 'plugin-handshake/a wrong proof']);
    assert.deepEqual([...broken.values()], [['V2-T2'], ['V2-T2']]);
  });

  test('takes any contract', async () => {
    const broken = await rulesBroken(v2Peer(), ['plugin-handshake/version 2, another contract']);
    assert.deepEqual([...broken.values()], [['V2-N10', 'V1-H4']]);
  });

  test('answers no PING', async () => {
    const broken = await rulesBroken(v2Peer('--behave', 'silent'), ['plugin-version-2/pings']);
    assert.deepEqual([...broken.values()], [['V2-L1']]);
  });

  test('goes on after a violation', async () => {
    const broken = await rulesBroken(v2Peer(), ['plugin-exchanges/vectors: V2-S2, wrong parity']);
    assert.deepEqual([...broken.values()], [['V2-S2']]);
  });

  test('answers with the wrong proof', async () => {
    const lie = v2Peer('--accept', 'wrong-proof');
    const broken = await rulesBroken(lie, ['plugin-handshake/the right proof']);
    assert.deepEqual([...broken.values()], [['V2-T2', 'V2-T3', 'V2-N11']]);
  });
});

test('a plugin that is right, and its trace is not asked for', { timeout: 120_000 }, async () => {
  const command = node('../../examples/plugin-ts/dist/plugin.js');
  const { verdicts, contractHash } = await certify({ command, schemaPath });
  assert.equal(contractHash, contract);
  assert.deepEqual(
    verdicts.filter(({ failure }) => failure !== undefined).map(({ name, failure }) => `${name}: ${failure}`),
    [],
  );
  assert.ok(verdicts.some(({ name }) => name.startsWith('plugin-echo/')));
});
