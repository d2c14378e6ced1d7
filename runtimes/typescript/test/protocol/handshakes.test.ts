import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { Table } from '../../../../conformance/peers/table.ts';
import { Connection } from '../../../../conformance/peers/v2/connection.ts';
import { bytesOf, readVectors } from '../../../../conformance/peers/vectors.ts';
import type { Bytes } from '../../../../protocol/vectors/generate/bytes.ts';
import { PluginartError, TransportError } from '../../src/errors/index.ts';
import { hostProof, pluginProof } from '../../src/session/proof.ts';
import { openHost, PluginUnderTest } from './pairs.ts';

interface PluginVector {
  readonly name: string;
  readonly rule: string;
  readonly plugin: { readonly token?: string };
  readonly connections: readonly { readonly bytes: Bytes; readonly expect: PluginOutcome }[];
}

interface PluginOutcome {
  readonly outcome: 'v1' | 'v2' | 'refused' | 'closed' | 'waiting';
  readonly code?: number;
  readonly error?: string;
  readonly proof?: string;
  readonly contract_hash?: string;
}

interface HostVector {
  readonly name: string;
  readonly rule: string;
  readonly host: {
    readonly contract_hash: string;
    readonly token?: string;
    readonly min_protocol?: 2;
    readonly offer?: { readonly features?: readonly string[] };
  };
  readonly bytes: Bytes;
  readonly expect: { readonly outcome: 'v1' | 'v2' | 'failed' | 'waiting'; readonly code?: number };
}

const { plugins, hosts } = readVectors<{ plugins: PluginVector[]; hosts: HostVector[] }>('handshakes.json');

/** Long enough to see that nothing comes. */
const quietMs = 60;

/** As many chunks as one wants: the bytes whole, or one by one. */
const cuts: Readonly<Record<string, (bytes: Buffer) => Buffer[]>> = {
  whole: (bytes) => [bytes],
  'byte by byte': (bytes) => (bytes.length > 1_000 ? [bytes] : Array.from(bytes, (byte) => Buffer.of(byte))),
};

async function checkPlugin(connection: Connection, expect: PluginOutcome): Promise<void> {
  if (expect.outcome === 'waiting') {
    assert.equal(await Promise.race([connection.handshakeFrame(), delay(quietMs, 'nothing')]), 'nothing');
    return;
  }
  const frame = await connection.handshakeFrame();
  if (expect.outcome === 'closed') {
    assert.equal(frame, undefined);
    return;
  }
  assert.equal(frame?.type, 2);
  const response = Table.root(frame.payload);
  const accept = response.table(2);
  assert.equal(response.uint8(0) !== 0, expect.outcome !== 'refused', 'ok');
  assert.equal(accept?.uint16(0) ?? 0, expect.outcome === 'v2' ? 2 : 0, 'version of accept');
  if (expect.code !== undefined) assert.equal(response.uint16(3), expect.code);
  if (expect.error !== undefined) assert.equal(response.string(1), expect.error);
  assert.equal(accept?.bytes(2)?.toString('hex'), expect.proof);
  if (expect.contract_hash !== undefined) assert.equal(accept?.string(9), expect.contract_hash);
  if (expect.outcome === 'refused') {
    assert.notEqual(response.string(1) ?? '', '', 'a sentence for people');
    await connection.closed;
  }
}

for (const [way, cut] of Object.entries(cuts)) {
  describe(`a plugin that is greeted, ${way}`, { concurrency: 8 }, () => {
    for (const { name, rule, plugin: who, connections } of plugins) {
      // What comes too early is too early only where it comes along.
      if (way !== 'whole' && rule === 'V2-N6') continue;
      test(`${rule}: ${name}`, { timeout: 60_000 }, async () => {
        await using plugin = new PluginUnderTest(undefined, { token: who.token });
        for (const { bytes, expect } of connections) {
          const connection = new Connection(plugin.connect());
          for (const chunk of cut(bytesOf(bytes))) connection.send(chunk);
          await checkPlugin(connection, expect);
          connection.close();
        }
      });
    }
  });

  describe(`a host that is answered, ${way}`, { concurrency: 8 }, () => {
    for (const { name, rule, host, bytes, expect } of hosts.filter(isOurs)) {
      test(`${rule}: ${name}`, { timeout: 60_000 }, async () => {
        const options = {
          contractHash: host.contract_hash,
          token: host.token,
          minProtocol: host.min_protocol,
          onlyVersion1: host.offer === undefined,
          handshakeTimeoutMs: expect.outcome === 'waiting' ? quietMs : 20_000,
        };
        const opening = openHost((far) => {
          const connection = new Connection(far);
          void connection.handshakeFrame().then(() => {
            for (const chunk of cut(bytesOf(bytes))) connection.send(chunk);
          });
        }, options);
        if (expect.outcome === 'v1' || expect.outcome === 'v2') {
          const session = await opening;
          assert.equal(`v${session.protocol}`, expect.outcome);
          session.close(new TransportError(1, 'the test is over'));
        } else {
          const code = expect.code ?? 0xf003;
          await assert.rejects(opening, (error) => error instanceof PluginartError && error.code === code);
        }
      });
    }
  });
}

/** Whether a vector fits this runtime: it offers no features yet, and its nonces are its own (v2-host.test.ts has right proofs). */
function isOurs({ host, expect }: HostVector): boolean {
  return expect.outcome !== 'v2' || (host.token === undefined && host.offer?.features === undefined);
}

test('proofs', () => {
  const { proofs } = readVectors<{ proofs: Record<string, string>[] }>('proofs.json');
  for (const { token, nonce, contract_hash, host_proof, plugin_proof } of proofs as Record<
    string,
    string
  >[]) {
    const host = hostProof(token!, Buffer.from(nonce!, 'hex'), contract_hash!);
    assert.equal(host.toString('hex'), host_proof);
    assert.equal(pluginProof(token!, Buffer.from(nonce!, 'hex'), host).toString('hex'), plugin_proof);
  }
});

test('V1-H5: a plugin closes on a host that does not introduce itself', { timeout: 60_000 }, async () => {
  await using plugin = new PluginUnderTest(undefined, { handshakeTimeoutMs: quietMs });
  const silent = new Connection(plugin.connect());
  const halfway = new Connection(plugin.connect());
  halfway.send(Buffer.from('PLGN'));
  await Promise.all([silent.closed, halfway.closed]);
  assert.deepEqual(
    plugin.errors.map(({ code }) => code),
    [0xf003, 0xf003],
  );
});

test('V1-H6: a plugin holds 16 unfinished handshakes, and more once they are done', {
  timeout: 60_000,
}, async () => {
  await using plugin = new PluginUnderTest(undefined, { handshakeTimeoutMs: 60_000 });
  const silent = Array.from({ length: 16 }, () => new Connection(plugin.connect()));
  await delay(quietMs);
  await new Connection(plugin.connect()).closed;
  silent[0]!.close();
  await delay(quietMs);
  const { ok } = await plugin.v1Peer().shakeHands(readContract());
  assert.equal(ok, true);
  for (const connection of silent) connection.close();
});

function readContract(): string {
  return hosts[0]!.host.contract_hash;
}
