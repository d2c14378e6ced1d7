import assert from 'node:assert/strict';
import { test } from 'node:test';

import { ErrorCode, TransportError } from '../errors/index.ts';
import { cancelled, deadlineExceeded, lostCall } from './call-errors.ts';

const method = { service: 'Echo', name: 'Echo', contractHash: '', streaming: 'none' } as const;
const idempotent = { ...method, idempotent: true };
const other = { ...method, idempotent: false };
const loss = new TransportError(ErrorCode.UNAVAILABLE, 'it is gone', { plugin: 'echo', origin: 'process' });

test('a call is safe to retry where it never ran or its method is idempotent; where the connection was lost it says which', () => {
  for (const [called, wasSent, retrySafe, fate] of [
    [other, false, true, 'the call was not sent'],
    [idempotent, false, true, 'the call was not sent'],
    [undefined, false, true, 'the call was not sent'],
    [other, true, false, 'the call may have run'],
    [undefined, true, false, 'the call may have run'],
    [idempotent, true, true, 'the call may have run; its method is idempotent'],
  ] as const) {
    const { code, message, origin, plugin, ...lost } = lostCall(loss, called, wasSent);
    assert.deepEqual(
      { code, message, origin, plugin },
      { code: ErrorCode.UNAVAILABLE, message: `it is gone (${fate})`, origin: 'process', plugin: 'echo' },
    );
    for (const error of [
      lost,
      deadlineExceeded('echo', called, wasSent),
      cancelled('echo', called, undefined, wasSent),
    ]) {
      assert.equal(error.retrySafe, retrySafe);
    }
  }
});
