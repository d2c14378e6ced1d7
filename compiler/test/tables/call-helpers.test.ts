import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { pathToFileURL } from 'node:url';
import { Builder } from 'flatbuffers';
import { Random } from '../differential/random.ts';
import { type Dynamic, loadModule, makeFolder } from '../emit/generated.ts';
import { load, schemaFile } from './classes.ts';

const folder = makeFolder();
after(() => folder.remove());

let helpers: Dynamic;
let classes: Record<string, Dynamic>;

async function importClass(module: string, name: string): Promise<Dynamic> {
  return (await import(pathToFileURL(join(folder.path, 'fb/acme/shop', `${module}.ts`)).href))[name];
}

before(async () => {
  helpers = await loadModule(load(schemaFile('calls')), 'plugin', 'pluginart_helpers', folder.path);
  classes = {
    Item: await importClass('item', 'Item'),
    Size: await importClass('size', 'Size'),
    Short: await importClass('short', 'Short'),
    Payment: await importClass('payment', 'Payment'),
    unionToPayment: await importClass('payment', 'unionToPayment'),
    unionListToPayment: await importClass('payment', 'unionListToPayment'),
    PriceRequest: await importClass('price-request', 'PriceRequest'),
    PriceResponse: await importClass('price-response', 'PriceResponse'),
    PingRequest: await importClass('ping-request', 'PingRequest'),
    EnvelopeContext: await importClass('envelope-context', 'EnvelopeContext'),
  };
});

/** A call that holds something of every kind. */
function richCall(): Uint8Array {
  const { Item, Size, Short, Payment, PriceRequest } = classes;
  const builder = new Builder(16);
  const item = (name: string, partsOffset: number): number => {
    const nameOffset = builder.createString(name);
    // Built from the last to the first.
    Item.startSizesVector(builder, 2);
    Size.createSize(builder, 1.5, 2.5, 3);
    Size.createSize(builder, 4.5, 5.5, 6);
    const sizes = builder.endVector();
    return Item.createItem(builder, nameOffset, 7, sizes, partsOffset);
  };
  const part = item('part', 0);
  const whole = item('whole', Item.createPartsVector(builder, [part, part]));
  const items = PriceRequest.createItemsVector(builder, [whole, part]);
  const text = builder.createString('a note');
  const short = Short.createShort(builder, 200);
  const payments = PriceRequest.createPaymentsVector(builder, [text, whole, short]);
  const codes = [Payment.Note, Payment.Item, Payment.Short];
  const paymentsType = PriceRequest.createPaymentsTypeVector(builder, codes);
  const blob = PriceRequest.createBlobVector(builder, Uint8Array.from([1, 2, 3]));
  const numbers = PriceRequest.createNumbersVector(builder, [-1n, 2n ** 63n - 1n]);
  const notes = PriceRequest.createNotesVector(builder, [text, builder.createString('zürich')]);
  PriceRequest.startPriceRequest(builder);
  PriceRequest.addItems(builder, items);
  PriceRequest.addPaymentType(builder, Payment.Item);
  PriceRequest.addPayment(builder, whole);
  PriceRequest.addPaymentsType(builder, paymentsType);
  PriceRequest.addPayments(builder, payments);
  PriceRequest.addBlob(builder, blob);
  PriceRequest.addNumbers(builder, numbers);
  PriceRequest.addNotes(builder, notes);
  PriceRequest.addSize(builder, Size.createSize(builder, 7, 8, 9));
  const request = PriceRequest.endPriceRequest(builder);
  const context = { requestId: 2n ** 64n - 1n, deadlineUnixMs: 1_800_000_000_123, traceId: 'trace' };
  return helpers.BuildPriceCallRequest(builder, request, context).slice();
}

function pingCall(context?: object): Uint8Array {
  const builder = new Builder();
  const request = classes.PingRequest.createPingRequest(builder, 5);
  return helpers.BuildPingCallRequest(builder, request, context).slice();
}

const invalid = (message: RegExp) => (error: Dynamic) => {
  assert.equal(error.codeName, 'INVALID_PAYLOAD', String(error));
  assert.match(error.message, message);
  return true;
};

describe('the helpers for builders', () => {
  it('build a call and open it', () => {
    const { request, call } = helpers.DecodePriceRequest(richCall());
    assert.deepEqual(call, {
      requestId: 2n ** 64n - 1n,
      deadlineUnixMs: 1_800_000_000_123,
      traceId: 'trace',
      spanId: undefined,
    });
    assert.equal(request.itemsLength(), 2);
    assert.equal(request.items(0).name(), 'whole');
    assert.equal(request.items(0).partsLength(), 2);
    assert.equal(request.items(0).parts(1).sizes(1).depth(), 3);
    assert.equal(request.items(1).kind(), 7);
    const payment = classes.unionToPayment(request.paymentType(), (obj: Dynamic) => request.payment(obj));
    assert.equal(payment.name(), 'whole');
    const payments = [0, 1, 2].map((i) =>
      classes.unionListToPayment(
        request.paymentsType(i),
        (index: number, obj: Dynamic) => request.payments(index, obj),
        i,
      ),
    );
    assert.equal(payments[0], 'a note');
    assert.equal(payments[1].name(), 'whole');
    assert.equal(payments[2].x(), 200);
    assert.deepEqual(request.blobArray(), Uint8Array.from([1, 2, 3]));
    assert.deepEqual([request.numbers(0), request.numbers(1)], [-1n, 2n ** 63n - 1n]);
    assert.equal(request.notes(1), 'zürich');
    assert.equal(request.size().width(), 7);
  });

  it('build the answer to a call and open it', () => {
    const { call } = helpers.DecodePriceRequest(richCall());
    const builder = new Builder();
    const note = builder.createString('cheap');
    const response = classes.PriceResponse.createPriceResponse(builder, 4200n, note);
    const opened = helpers.DecodePriceResponse(helpers.BuildPriceCallResponse(call, builder, response));
    assert.equal(opened.cents(), 4200n);
    assert.equal(opened.note(), 'cheap');
  });

  it('leave out what the context does not have', () => {
    const { request, call } = helpers.DecodePingRequest(pingCall());
    assert.equal(request.seq(), 5);
    assert.deepEqual(call, { requestId: 0n, deadlineUnixMs: 0, traceId: undefined, spanId: undefined });
  });

  it('open payloads that stand anywhere in their buffer', () => {
    const payload = pingCall({ requestId: 3n });
    const shifted = new Uint8Array(payload.length + 3);
    shifted.set(payload, 3);
    const { request, call } = helpers.DecodePingRequest(shifted.subarray(3));
    assert.equal(request.seq(), 5);
    assert.equal(call.requestId, 3n);
  });

  it('name a table that is called like something of their own', () => {
    const builder = new Builder();
    const value = classes.EnvelopeContext.createEnvelopeContext(builder, 9);
    const { request } = helpers.DecodeContextRequest(helpers.BuildContextCallRequest(builder, value));
    assert.equal(request.value(), 9);
  });

  it('refuse the call of another method, naming both', () => {
    assert.throws(() => helpers.DecodePriceRequest(pingCall()), invalid(/type code 2.*not for Price.*has 1/));
    const builder = new Builder();
    const pong = classes.PingRequest.createPingRequest(builder, 1);
    const answer = helpers.BuildPingCallResponse({ requestId: 1n }, builder, pong).slice();
    assert.throws(() => helpers.DecodePriceResponse(answer), invalid(/payload type 2 where 3 belongs/));
  });

  it('refuse what is no message, or lacks its payload', () => {
    assert.throws(() => helpers.DecodePriceRequest(new Uint8Array(0)), invalid(/too short/));
    assert.throws(() => helpers.DecodePriceRequest(new Uint8Array(64)), invalid(/no valid FlatBuffer/));
    assert.throws(
      () => helpers.DecodePriceRequest(Uint8Array.from({ length: 64 }, () => 0xff)),
      invalid(/./),
    );
    const builder = new Builder();
    const empty = helpers.BuildPriceCallRequest(builder, 0).slice();
    assert.throws(() => helpers.DecodePriceRequest(empty), invalid(/no payload/));
  });

  it('refuse a table without a required field', () => {
    const { Item, PriceRequest } = classes;
    const builder = new Builder();
    Item.startItem(builder);
    const nameless = builder.endObject();
    const items = PriceRequest.createItemsVector(builder, [nameless]);
    PriceRequest.startPriceRequest(builder);
    PriceRequest.addItems(builder, items);
    const payload = helpers.BuildPriceCallRequest(builder, PriceRequest.endPriceRequest(builder)).slice();
    assert.throws(() => helpers.DecodePriceRequest(payload), invalid(/Item\.name is required/));
  });

  it('refuse a vector that claims 30,000,000 elements', () => {
    const { PriceRequest } = classes;
    const builder = new Builder();
    const blob = PriceRequest.createBlobVector(builder, new Uint8Array(8));
    PriceRequest.startPriceRequest(builder);
    PriceRequest.addBlob(builder, blob);
    const payload = helpers.BuildPriceCallRequest(builder, PriceRequest.endPriceRequest(builder)).slice();
    new DataView(payload.buffer).setUint32(payload.length - 12, 30_000_000, true);
    assert.throws(() => helpers.DecodePriceRequest(payload), invalid(/30000000 elements/));
  });

  it('let nothing through that the accessors would stumble over', () => {
    const original = richCall();
    const random = new Random(7);
    let passed = 0;
    for (let round = 0; round < 5000; round++) {
      const mutated = original.slice();
      for (let changes = random.between(1, 4); changes > 0; changes--) {
        mutated[random.between(0, mutated.length - 1)] = random.pick([
          0,
          1,
          4,
          0x7f,
          0x80,
          0xff,
          random.between(0, 255),
        ]);
      }
      let opened: Dynamic;
      try {
        opened = helpers.DecodePriceRequest(mutated);
      } catch (error) {
        assert.equal((error as Dynamic).codeName, 'INVALID_PAYLOAD', String(error));
        continue;
      }
      passed++;
      assert.ok(walk(opened.request) < 10_000, `round ${round}`);
    }
    assert.ok(passed > 500, `only ${passed} passed`);
  });
});

/** Reads everything that a request holds; returns the number of things read. */
function walk(request: Dynamic): number {
  let read = 0;
  const walkItem = (item: Dynamic): void => {
    read++;
    assert.equal(typeof item.name(), 'string');
    for (let i = 0; i < item.sizesLength(); i++) assert.equal(typeof item.sizes(i).width(), 'number');
    for (let i = 0; i < item.partsLength(); i++) walkItem(item.parts(i));
  };
  const walkPayment = (payment: Dynamic): void => {
    read++;
    if (payment instanceof classes.Item) walkItem(payment);
    else if (payment instanceof classes.Short) assert.equal(typeof payment.x(), 'number');
  };
  for (let i = 0; i < request.itemsLength(); i++) walkItem(request.items(i));
  walkPayment(classes.unionToPayment(request.paymentType(), (obj: Dynamic) => request.payment(obj)));
  for (let i = 0; i < request.paymentsTypeLength(); i++) assert.notEqual(request.paymentsType(i), undefined);
  for (let i = 0; i < request.paymentsLength(); i++) {
    walkPayment(
      classes.unionListToPayment(
        request.paymentsType(i),
        (at: number, obj: Dynamic) => request.payments(at, obj),
        i,
      ),
    );
  }
  read += (request.blobArray()?.length ?? 0) + request.numbersLength() + request.notesLength();
  for (let i = 0; i < request.numbersLength(); i++) assert.equal(typeof request.numbers(i), 'bigint');
  for (let i = 0; i < request.notesLength(); i++) assert.equal(typeof request.notes(i), 'string');
  if (request.size()) assert.equal(typeof request.size().depth(), 'number');
  return read;
}
