// Calls a plugin that answers in capitals: call.mjs socket contract-hash version.
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { connect } from 'pluginart';

const [path, contractHash, version] = process.argv.slice(2);
const socket = createConnection(path);
await once(socket, 'connect');
const client = await connect(socket, { pluginName: 'upper', contractHash, onlyVersion1: version === '1' });
assert.equal(client.protocol, Number(version));
const texts = Array.from({ length: 200 }, (_, n) => `caller ${n}`);
const answers = await Promise.all(texts.map((text) => client.call(Buffer.from(text))));
assert.deepEqual(
  answers.map(String),
  texts.map((text) => text.toUpperCase()),
);
const long = await client.call(Buffer.alloc(4_000_000, 'a'));
assert.ok(long.equals(Buffer.alloc(4_000_000, 'A')));
if (version === '2') {
  await assert.rejects(client.call(Buffer.from('hold'), { timeoutMs: 100 }), {
    codeName: 'DEADLINE_EXCEEDED',
  });
  await assert.rejects(client.call(Buffer.from('panic')), { codeName: 'INTERNAL' });
}
assert.ok((await client.ping()) >= 0);
await client.close();
console.log('all is well');
