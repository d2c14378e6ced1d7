import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ErrorCode, PluginartError } from '../../errors/index.ts';
import type { HostSession } from '../../session/host-session.ts';
import { MAX_WAITING_CALLS, WaitingCalls } from './waiting-calls.ts';

const session = {} as HostSession;
const unavailable = new PluginartError(ErrorCode.UNAVAILABLE, 'gone');

test('all that wait get the session, or the failure', async () => {
  const waiting = new WaitingCalls('echo', () => 'is starting');
  const first = [waiting.wait(0, undefined), waiting.wait(60_000, new AbortController().signal)];
  assert.equal(waiting.count, 2);
  waiting.release(session);
  assert.deepEqual(await Promise.all(first), [session, session]);
  const second = waiting.wait(60_000, undefined);
  waiting.fail(unavailable);
  await assert.rejects(second, unavailable);
  assert.equal(waiting.count, 0);
});

test('each waits no longer than its deadline and its signal allow', async () => {
  const waiting = new WaitingCalls('echo', () => 'is starting');
  await assert.rejects(waiting.wait(5, undefined), {
    code: ErrorCode.DEADLINE_EXCEEDED,
    message: 'no answer within 5 ms: plugin "echo" is starting',
    retrySafe: true,
  });
  await assert.rejects(waiting.wait(-5, undefined), { code: ErrorCode.DEADLINE_EXCEEDED, retrySafe: true });
  const abort = new AbortController();
  const cancelled = waiting.wait(0, abort.signal);
  abort.abort(new Error('changed my mind'));
  await assert.rejects(cancelled, { code: ErrorCode.CANCELLED, cause: abort.signal.reason });
  await assert.rejects(waiting.wait(0, abort.signal), { code: ErrorCode.CANCELLED });
  assert.equal(waiting.count, 0);
});

test('their number is bounded', async () => {
  const waiting = new WaitingCalls('echo', () => 'is starting');
  const waiters = Array.from({ length: MAX_WAITING_CALLS }, () => waiting.wait(0, undefined));
  await assert.rejects(waiting.wait(0, undefined), { code: ErrorCode.RESOURCE_EXHAUSTED, retrySafe: true });
  waiting.release(session);
  await Promise.all(waiters);
  const later = waiting.wait(0, undefined);
  waiting.release(session);
  assert.equal(await later, session);
});
