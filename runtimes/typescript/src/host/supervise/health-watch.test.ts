import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';

import type { HostSession } from '../../session/host-session.ts';
import { HealthWatch } from './health-watch.ts';

const INTERVAL_MS = 20;

interface FakeSession {
  protocol: 1 | 2;
  openCalls: number;
  lastHeardMs: number;
  answering: boolean;
}

function watch(context: TestContext, fake: FakeSession, unresponsiveTimeoutMs: number) {
  const seen: string[] = [];
  const session = Object.assign(fake, {
    ping: () =>
      new Promise<number>((resolve) => {
        if (!fake.answering) return;
        fake.lastHeardMs = performance.now();
        resolve(0);
      }),
  });
  const health = new HealthWatch(
    session as unknown as HostSession,
    { intervalMs: INTERVAL_MS, unresponsiveTimeoutMs },
    {
      onUnresponsive: (_, openCalls) => seen.push(`unresponsive with ${openCalls}`),
      onDead: (why) => {
        seen.push(why);
        health.stop();
      },
    },
  );
  context.after(() => health.stop());
  return seen;
}

async function until(condition: () => boolean): Promise<void> {
  const limitMs = performance.now() + 30_000;
  while (!condition()) {
    assert.ok(performance.now() < limitMs, 'nothing happened within 30 s');
    await delay(INTERVAL_MS);
  }
}

test('an answering plugin is left alone', async (context) => {
  const seen = watch(context, { protocol: 2, openCalls: 0, lastHeardMs: 0, answering: true }, 50);
  await delay(INTERVAL_MS * 10);
  assert.deepEqual(seen, []);
});

test('silence without open calls is the end after two pings', async (context) => {
  for (const protocol of [1, 2] as const) {
    const seen = watch(context, { protocol, openCalls: 0, lastHeardMs: 0, answering: false }, 60_000);
    await until(() => seen.length > 0);
    assert.match(seen[0]!, /did not answer \d+ pings/);
  }
});

test('silence with open calls is told once, and is the end only after unresponsive_timeout', async (context) => {
  const seen = watch(context, { protocol: 2, openCalls: 3, lastHeardMs: 0, answering: false }, 200);
  await until(() => seen.length > 1);
  assert.equal(seen[0], 'unresponsive with 3');
  assert.match(seen[1]!, /no sign of life .* with calls open \(unresponsive_timeout\): 3/);
});

test('a busy version 1 plugin is not judged', async (context) => {
  const seen = watch(context, { protocol: 1, openCalls: 1, lastHeardMs: 0, answering: false }, 50);
  await delay(INTERVAL_MS * 10);
  assert.deepEqual(seen, []);
});

test('any byte is a sign of life', async (context) => {
  const fake: FakeSession = { protocol: 2, openCalls: 0, lastHeardMs: 0, answering: false };
  const seen = watch(context, fake, 60_000);
  const talk = setInterval(() => {
    fake.lastHeardMs = performance.now();
  }, 1);
  await delay(INTERVAL_MS * 10);
  clearInterval(talk);
  assert.deepEqual(seen, []);
  await until(() => seen.length > 0);
});
