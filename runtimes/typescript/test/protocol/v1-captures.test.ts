import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { decodeEchoCall, decodeEchoResponse } from '../../../../conformance/peers/v1/control.ts';
import { readVectors } from '../../../../conformance/peers/vectors.ts';
import * as control from '../../src/wire/control.ts';
import { decode, oneByteAtATime } from './frame-vectors.ts';

interface Capture {
  readonly name: string;
  readonly type: number;
  readonly frame: string;
  readonly value: Readonly<Record<string, unknown>>;
}

const { frames: captures } = readVectors<{ frames: Capture[] }>('v1-captures.json');

/** What a payload means, in the words of the captures. */
function read(type: number, payload: Buffer): Readonly<Record<string, unknown>> {
  const end = payload.length;
  switch (type) {
    case 1: {
      const { contractHash, pluginName, protocolVersion, offer } = control.decodeHandshakeRequest(
        payload,
        0,
        end,
      );
      assert.equal(offer, undefined);
      return { contract_hash: contractHash, plugin_name: pluginName, protocol_version: protocolVersion };
    }
    case 2: {
      const { ok, error, accept } = control.decodeHandshakeResponse(payload, 0, end);
      assert.equal(accept, undefined);
      return error === undefined ? { ok } : { ok, error };
    }
    case 5: {
      const { code, message, retry } = control.decodePluginError(payload, 0, end);
      return { code, message, retry };
    }
    case 7:
    case 8:
      return { seq: control.decodePing(payload, 0, end).seq.toString() };
    default:
      assert.equal(type, 6);
      return {};
  }
}

describe('frames that an existing implementation wrote', () => {
  for (const { name, type, frame, value } of captures) {
    test(name, () => {
      const laid = Buffer.from(frame, 'hex');
      for (const cut of [[laid], oneByteAtATime(laid)]) {
        const { frames, error } = decode(type <= 2 ? 'handshake' : 'v1', cut);
        assert.equal(error, undefined);
        assert.deepEqual(
          frames.map((each) => each.type),
          [type],
        );
        // The payloads of calls are opaque here; the generated code's tests read them.
        if (type !== 3 && type !== 4) assert.deepEqual(read(type, frames[0]!.body), value);
      }
    });
  }

  test('the peers read them, too', () => {
    const call = captures.find(({ name }) => name === 'echo CallRequest "hello"')!;
    assert.equal(decodeEchoCall(Buffer.from(call.frame, 'hex').subarray(9)).input, 'hello');
    const answer = captures.find(({ name }) => name === 'echo CallResponse')!;
    const decoded = decodeEchoResponse(Buffer.from(answer.frame, 'hex').subarray(9));
    assert.deepEqual(decoded, { requestId: 7n, output: 'HELLO' });
  });
});
