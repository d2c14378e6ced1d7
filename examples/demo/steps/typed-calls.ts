import { Builder } from 'flatbuffers';
import { claim, formatCount, formatMs, heading, say, showCall } from '../narration.js';
import { EchoRequest } from '../plugins/echo/echo/echo-request.js';
import type { Stage } from '../stage.js';

const SPEED_CALLS = 10_000;
const SPEED_CALLERS = 64;

export async function typedCalls({ echo, repeat }: Stage): Promise<void> {
  heading('Calls are typed: plain objects in, plain objects out');
  const shouted = await timed(() => echo.echo({ input: 'hello, plugin' }));
  showCall("echo.echo({ input: 'hello, plugin' })", shouted.value, shouted.took);
  claim(shouted.value.output === 'HELLO, PLUGIN', 'echo upper-cases');

  const cheers = await timed(() => repeat.repeat({ input: 'hip ', count: 2 }));
  showCall("repeat.repeat({ input: 'hip ', count: 2 })", cheers.value, cheers.took);
  claim(cheers.value.output === 'hip hip ', 'repeat repeats');

  const builder = new Builder();
  const input = builder.createString('built by hand');
  EchoRequest.startEchoRequest(builder);
  EchoRequest.addInput(builder, input);
  const request = EchoRequest.endEchoRequest(builder);
  const built = await timed(() => echo.Echo(builder, request));
  showCall('echo.Echo(builder, request)   // FlatBuffers, if you like', built.value.output(), built.took);
  claim(built.value.output() === 'BUILT BY HAND', 'builders work');

  const { took } = await timed(() => callOften(echo));
  const perSecond = Math.round((SPEED_CALLS / took) * 1_000);
  say('');
  say(
    `${formatCount(SPEED_CALLS)} more calls of echo, ${SPEED_CALLERS} at a time: ${formatMs(took)}, ` +
      `which is ${formatCount(perSecond)} a second`,
  );
}

async function callOften(echo: Stage['echo']): Promise<void> {
  let next = 0;
  const caller = async () => {
    while (next < SPEED_CALLS) {
      const input = `call ${next++}`;
      const { output } = await echo.echo({ input });
      claim(output === input.toUpperCase(), 'every caller gets its own answer');
    }
  };
  await Promise.all(Array.from({ length: SPEED_CALLERS }, caller));
}

async function timed<Value>(run: () => Promise<Value>): Promise<{ value: Value; took: number }> {
  const before = performance.now();
  const value = await run();
  return { value, took: performance.now() - before };
}
