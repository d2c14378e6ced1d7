import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Builder } from 'flatbuffers';
import { claim, formatCount, formatMs, heading, quote, say, showCall } from '../narration.js';
import { EchoRequest } from '../plugins/echo/echo/echo-request.js';
import { examplesFolder, type Stage } from '../stage.js';

const MANY_CALLS = 10_000;
const CALLERS = 64;

export async function typedCalls({ echo, repeat }: Stage): Promise<void> {
  heading('Calls are typed: plain objects in, plain objects out');
  say('What the author of "echo" wrote, examples/plugin-ts/handler.ts:');
  quote(readFileSync(join(examplesFolder, 'plugin-ts', 'handler.ts'), 'utf8'));
  say('What the host calls, and what it gets:');

  const shouted = await timed(() => echo.echo({ input: 'hello, plugin' }));
  showCall("await echo.echo({ input: 'hello, plugin' })", shouted.value, shouted.tookMs);
  claim(shouted.value.output === 'HELLO, PLUGIN', 'echo upper-cases');

  const cheers = await timed(() => repeat.repeat({ input: 'hip ', count: 2 }));
  showCall("await repeat.repeat({ input: 'hip ', count: 2 })", cheers.value, cheers.tookMs);
  claim(cheers.value.output === 'hip hip ', 'repeat repeats');

  const builder = new Builder();
  const input = builder.createString('built by hand');
  EchoRequest.startEchoRequest(builder);
  EchoRequest.addInput(builder, input);
  const request = EchoRequest.endEchoRequest(builder);
  const built = await timed(() => echo.Echo(builder, request));
  showCall('(await echo.Echo(flatbuffersBuilder, request)).output()', built.value.output(), built.tookMs);
  claim(built.value.output() === 'BUILT BY HAND', 'builders work');

  const { tookMs } = await timed(() => callOften(echo));
  const perSecond = Math.round((MANY_CALLS / tookMs) * 1_000);
  say(
    `The first call of each is slow, while code is still being compiled. ${formatCount(MANY_CALLS)} more calls of ` +
      `echo, ${CALLERS} at a time: ${formatMs(tookMs)}, which is ${formatCount(perSecond)} a second.`,
  );
}

async function callOften(echo: Stage['echo']): Promise<void> {
  let next = 0;
  const caller = async () => {
    while (next < MANY_CALLS) {
      const input = `call ${next++}`;
      const { output } = await echo.echo({ input });
      claim(output === input.toUpperCase(), 'every caller gets its own answer');
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
}

async function timed<Value>(run: () => Promise<Value>): Promise<{ value: Value; tookMs: number }> {
  const before = performance.now();
  const value = await run();
  return { value, tookMs: performance.now() - before };
}
