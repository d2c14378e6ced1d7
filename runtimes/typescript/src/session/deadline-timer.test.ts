import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import { DeadlineTimer } from './deadline-timer.ts';

describe('DeadlineTimer', () => {
  it('expires the earliest first, whatever the order in which they came, and arms itself for the next', async () => {
    const deadlines = [40, 10, 25].map((delay) => performance.now() + delay);
    const expired: number[] = [];
    await new Promise<void>((resolve) => {
      const timer = new DeadlineTimer((now) => {
        // On a busy machine several may be over at once.
        const due = deadlines.filter((deadline) => deadline <= now && !expired.includes(deadline));
        expired.push(...due.sort((a, b) => a - b));
        const left = deadlines.filter((deadline) => !expired.includes(deadline));
        if (left.length === 0) resolve();
        return Math.min(Number.POSITIVE_INFINITY, ...left);
      });
      for (const deadline of deadlines) timer.include(deadline);
      setTimeout(() => {}, 10_000).unref();
      const keepAlive = setInterval(() => expired.length === 3 && clearInterval(keepAlive), 5);
    });
    assert.deepEqual(
      expired,
      [...deadlines].sort((a, b) => a - b),
    );
  });

  it('keeps an earlier deadline that comes while it expires others', async () => {
    const startedMs = performance.now();
    const later = startedMs + 60_000;
    let fired = 0;
    await new Promise<void>((resolve) => {
      const timer = new DeadlineTimer((now) => {
        if (++fired === 2) {
          timer.stop();
          resolve();
          return Number.POSITIVE_INFINITY;
        }
        timer.include(now + 10);
        return later;
      });
      timer.include(startedMs + 5);
      const keepAlive = setInterval(() => fired === 2 && clearInterval(keepAlive), 5);
    });
    assert.ok(performance.now() < later);
  });

  it('does not fire once stopped, and lasts beyond what setTimeout takes', () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      let fired = 0;
      const timer = new DeadlineTimer(() => {
        fired++;
        return Number.POSITIVE_INFINITY;
      });
      timer.include(performance.now() + 2 ** 40);
      mock.timers.tick(1_000_000);
      assert.equal(fired, 0);
      timer.include(performance.now() + 10);
      timer.stop();
      mock.timers.tick(1_000);
      assert.equal(fired, 0);
    } finally {
      mock.timers.reset();
    }
  });
});
