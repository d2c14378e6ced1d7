import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import * as flatbuffers from 'flatbuffers';
import { type Dynamic, loadBuilt, makeFolder, schemaNamed } from './generated.ts';
import { Loopback } from './loopback.ts';
import { everything } from './rich-value.ts';

const folder = makeFolder();
after(() => folder.remove());

function load(name: string, target: 'host' | 'plugin', module: string): Promise<Dynamic> {
  return loadBuilt(schemaNamed(name), target, module, join(folder.path, name, target));
}

describe('a generated client and a generated service', () => {
  let RichClient: Dynamic;
  let richService: Dynamic;
  before(async () => {
    ({ RichClient } = await load('rich', 'host', 'rich_client'));
    ({ richService } = await load('rich', 'plugin', 'rich_service'));
  });

  const echo = { everything: (request: Dynamic) => ({ everything: request }), ping: async () => ({}) };

  it('carry values there and back', async () => {
    const loopback = new Loopback(richService(echo));
    const client = new RichClient(loopback);
    // The chain of 62 nodes is too deep within a call.
    for (const value of everything.filter((each) => each.node?.next === undefined)) {
      assert.deepStrictEqual(await client.everything(value), { everything: value });
    }
    loopback.traceId = 'ein Überblick';
    assert.deepStrictEqual(await client.ping({}, { timeoutMs: 5 }), {});
    assert.deepEqual(loopback.calls.at(-1), { plugin: 'rich', method: 'Ping', options: { timeoutMs: 5 } });
    await new RichClient(loopback, 'other').ping({});
    assert.equal(loopback.calls.at(-1)?.plugin, 'other');
  });

  it('carry what a builder built, too', async () => {
    const client = new RichClient(new Loopback(richService(echo)));
    const { EverythingRequest } = await load('rich', 'host', 'acme/rich/everything-request');
    const { Node } = await load('rich', 'host', 'acme/rich/node');
    const builder = new flatbuffers.Builder(64);
    const name = builder.createString('built');
    Node.startNode(builder);
    Node.addName(builder, name);
    const node = Node.endNode(builder);
    EverythingRequest.startEverythingRequest(builder);
    EverythingRequest.addNode(builder, node);
    const response = await client.Everything(builder, EverythingRequest.endEverythingRequest(builder));
    assert.equal(response.everything().node().name(), 'built');
  });

  it('keep what a builder built, however long the call waits', async () => {
    const loopback = new Loopback(richService(echo));
    const opened = Promise.withResolvers<void>();
    const slow = {
      invoke: (...call: Parameters<Loopback['invoke']>) =>
        opened.promise.then(() => loopback.invoke(...call)),
    };
    const client = new RichClient(slow);
    const { EverythingRequest } = await load('rich', 'host', 'acme/rich/everything-request');
    const { Node } = await load('rich', 'host', 'acme/rich/node');
    const builder = new flatbuffers.Builder(64);
    const calls = ['first', 'other'].map((text) => {
      builder.clear();
      const name = builder.createString(text);
      Node.startNode(builder);
      Node.addName(builder, name);
      const node = Node.endNode(builder);
      EverythingRequest.startEverythingRequest(builder);
      EverythingRequest.addNode(builder, node);
      return client.Everything(builder, EverythingRequest.endEverythingRequest(builder));
    });
    opened.resolve();
    const names = (await Promise.all(calls)).map((response) => response.everything().node().name());
    assert.deepEqual(names, ['first', 'other']);
  });

  it('say which values cannot be sent, either way', async () => {
    const client = new RichClient(new Loopback(richService({ ...echo, ping: () => undefined })));
    await assert.rejects(client.everything({ scalars: { u8: 256 } }), {
      code: 0xf006,
      message: /^Scalars.u8 must be/,
    });
    await assert.rejects(client.ping({}), { code: 0xf006, message: 'PingResponse is required' });
  });

  it('refuse an answer to another method', async () => {
    const service = richService(echo);
    const loopback = new Loopback(service);
    const [, everythingMethod, pingMethod] = service.methods;
    service.methods[2] = { ...pingMethod, encodeResponse: everythingMethod.encodeResponse };
    await assert.rejects(new RichClient(loopback).ping({}), {
      code: 0xf006,
      message: /payload type 1 where 2 belongs/,
    });
  });

  it('do not call methods with streams yet, and say so', async () => {
    const service = richService(echo);
    await assert.rejects(new RichClient(new Loopback(service)).watch(), {
      code: 0xf005,
      message: /Rich\.Watch is a streaming method/,
    });
    assert.equal(service.methods[3].streaming, 'server');
    assert.throws(() => service.methods[3].decodeRequest(), { code: 0xf005 });
  });

  it('need a handler for every method', () => {
    assert.throws(() => richService({ everything() {} }), {
      name: 'TypeError',
      message: /need a function `ping`: it is missing/,
    });
    assert.throws(() => richService({ ...echo, ping: 7 }), {
      name: 'TypeError',
      message: /`ping`: it is a number/,
    });
    assert.throws(() => richService(undefined), TypeError);
    class Handlers {
      everything() {
        return this.answer();
      }
      ping() {
        return {};
      }
      answer() {
        return {};
      }
    }
    assert.equal(richService(new Handlers()).name, 'Rich');
  });

  it('know the contract', async () => {
    const service = richService(echo);
    const { contractHash, text } = schemaNamed('rich');
    assert.equal(service.contractHash, contractHash);
    assert.equal(service.schema, text);
    assert.equal((await load('rich', 'host', 'contract')).CONTRACT_HASH, contractHash);
  });
});

it('methods declared by unions are called by the codes they have there', async () => {
  const { CalcV2Client } = await load('unions', 'host', 'calc_v2_client');
  const { calcV2Service } = await load('unions', 'plugin', 'calc_v2_service');
  const service = calcV2Service({
    add: ({ a, b }: Dynamic) => ({ sum: a + b }),
    negate: async ({ a }: Dynamic) => ({ value: -a }),
  });
  assert.deepEqual(
    service.methods.map((method: Dynamic) => method?.name),
    [undefined, undefined, undefined, 'Add', undefined, undefined, undefined, 'Negate'],
  );
  const client = new CalcV2Client(new Loopback(service, false));
  assert.deepStrictEqual(await client.add({ a: 2n, b: 40n }), { sum: 42n });
  assert.deepStrictEqual(await client.negate({ a: 5n }), { value: -5n });
});

it('a service of streams alone can be made, and called in vain', async () => {
  const { StreamsClient } = await load('streams', 'host', 'streams_client');
  const { streamsService } = await load('streams', 'plugin', 'streams_service');
  const client = new StreamsClient(new Loopback(streamsService({})));
  await assert.rejects(client.push(), { code: 0xf005, message: /Streams\.Push/ });
  await assert.rejects(client.pull(), { code: 0xf005, message: /Streams\.Pull/ });
});

describe('hostile names', () => {
  let ErrorClient: Dynamic;
  let errorService: Dynamic;
  before(async () => {
    ({ ErrorClient } = await load('hostile', 'host', 'error_client'));
    ({ errorService } = await load('hostile', 'plugin', 'error_service'));
  });

  function service(overrides: Dynamic = {}): Dynamic {
    const same = (request: Dynamic) => request;
    const names = [
      'constructor_',
      'then_',
      'toString_',
      'toJSON_',
      'builder',
      'echoBuilder',
      'echo',
      'handleMe',
      '_Proto_',
      'delete',
      'callIt',
      'callIt2',
    ];
    return errorService({ ...Object.fromEntries(names.map((name) => [name, same])), ...overrides });
  }

  it('make a client that is not mistaken for a promise and can still be printed', async () => {
    const client = new ErrorClient(new Loopback(service()));
    assert.equal(await client, client);
    assert.equal(`${client}`, '[object Object]');
    assert.equal(JSON.stringify(client), '{}');
    assert.equal(client.constructor, ErrorClient);
  });

  it('are called as they are spelt, or with an underscore', async () => {
    const answer = {
      u: { type: '__proto__', value: { toString_: 'x' } },
      s: {
        x: 1,
        constructor_: 2,
        value: 3,
        b: true,
        arr: [1, 2, 3],
        raw: Uint8Array.of(1, 2, 3, 4, 5),
        e: 2,
        es: [4, 5],
        inner: { a: -1, b: 1n },
        inners: [
          { a: 1, b: 2n },
          { a: 3, b: 4n },
        ],
      },
      v: [{ a: 1 }, { a: 2 }],
    };
    const client = new ErrorClient(
      new Loopback(service({ constructor_: () => answer, then_: () => answer })),
    );
    for (const method of ['constructor_', 'then_']) {
      const { u, s, v, ok } = await client[method]({ t: {}, ss: ['x'] });
      assert.deepStrictEqual(s, answer.s);
      assert.deepStrictEqual(v, answer.v);
      assert.equal(ok, false);
      assert.equal(u.type, '__proto__');
      assert.equal(u.value.toString_, 'x');
      assert.equal(u.value.valueOf_, 7);
      assert.equal(u.value.constructor_, undefined);
    }
    assert.deepStrictEqual(await client.echo({ delete: 'd', init: 1, new: true, bb: 2, bbPos: 3 }), {
      delete: 'd',
      init: 1,
      new: true,
      bb: 2,
      bbPos: 3,
    });
    assert.deepStrictEqual(await client.builder({ buffer: 'b' }), { bytes: undefined, buffer: 'b' });
    assert.deepStrictEqual(await client.delete({ key: 'k' }), {});
  });

  it('keep two fields apart that have one name in camel case', async () => {
    const values: Dynamic = [];
    const client = new ErrorClient(
      new Loopback(
        service({
          then_: (request: Dynamic) => {
            values.push(request);
            throw new Error('seen');
          },
        }),
      ),
    );
    const request = {
      fooBar: 1,
      fooBar_: 2,
      t: {},
      ss: [],
      table_: 3,
      reader: 'r',
      mask: 4,
      yield: 5,
      undefined: 6,
      encodeMap: 7,
    };
    await assert.rejects(client.then_(request), /seen/);
    for (const [key, value] of Object.entries(request))
      if (key !== 't') assert.deepStrictEqual(values[0][key], value, key);
    assert.equal(values[0].defaultText, `it's "x"\n$${'{1}'}\``);
    assert.ok(Object.is(values[0].minusZero, -0));
  });

  it('of enums are keys of a plain object, and nothing else', async () => {
    const { Color, Writer } = await load('hostile', 'host', 'values');
    assert.deepEqual(Object.entries(Color), [
      ['Red', 0],
      ['constructor', 1],
      ['__proto__', 2],
      ['toString', 3],
      ['class', 4],
      ['delete', 5],
    ]);
    assert.equal(Object.getPrototypeOf(Color), Object.prototype);
    assert.equal(Writer.B, 18446744073709551615n);
  });
});
