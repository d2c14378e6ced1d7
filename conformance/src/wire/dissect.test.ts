import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytesOf, readVectors } from '../../peers/vectors.ts';
import { Trace } from './trace.ts';

interface Handshakes {
  readonly plugins: readonly { readonly name: string; readonly connections: readonly { bytes: never }[] }[];
  readonly hosts: readonly { readonly name: string; readonly bytes: never }[];
}

const { plugins, hosts } = readVectors<Handshakes>('handshakes.json');
const request = bytesOf(plugins.find(({ name }) => name === 'version 2')?.connections[0]?.bytes as never);
const accepted = bytesOf(hosts.find(({ name }) => name === 'accepted as version 2')?.bytes as never);
const call = Buffer.from('0500000003000000010000003075000068656c6c6f', 'hex');

for (const size of [1, 7, 10_000]) {
  test(`a connection as text, ${size} bytes at a time`, () => {
    const trace = new Trace();
    const connection = trace.connection();
    for (const [direction, bytes] of [
      ['to plugin', request],
      ['to host', accepted],
      ['to plugin', call],
    ] as const)
      for (let at = 0; at < bytes.length; at += size)
        connection.bytes(direction, bytes.subarray(at, at + size));
    connection.bytes('to host', Buffer.from('00', 'hex'));
    connection.closed();
    const lines = trace.text.split('\n').map((line) => line.replace(/^ *\d+ ms {2}/, ''));
    assert.match(lines[0] ?? '', /^#1 {2}host -> plugin {2}HANDSHAKE_REQUEST .*"versions":\[2\]/);
    assert.match(lines[1] ?? '', /^#1 {2}host <- plugin {2}HANDSHAKE_RESPONSE .*"ok":true/);
    assert.equal(lines[2], '#1  host -> plugin  CALL stream 1 arg 30000 (5 bytes) 68656c6c6f');
    assert.equal(lines[3], '#1  host <- plugin  1 bytes of no frame: 00');
    assert.equal(lines[4], '#1  closed');
  });
}
