import { ErrorCode, PluginartError } from 'pluginart';
import { claim, formatMs, heading, quote, say } from '../narration.js';
import type { Stage } from '../stage.js';

const CALLS = 64;

export async function crash({ manager, outline, files }: Stage): Promise<void> {
  heading('A crash under load');
  const statusOf = () => manager.status().find(({ name }) => name === 'outline')!;
  const victim = statusOf().pid!;
  const calls = Array.from({ length: CALLS }, (_, at) =>
    outline.describe({ markdown: files[at % files.length]!.markdown }),
  );
  const settled = Promise.allSettled(calls);
  await Promise.any(calls);
  const open = statusOf().openCalls;
  say(`${CALLS} calls, ${open} of them unanswered when "outline" is killed: kill -9 ${victim}`);

  const killedAt = performance.now();
  process.kill(victim, 'SIGKILL');
  const results = await settled;
  const took = performance.now() - killedAt;

  const failures = results
    .filter(({ status }) => status === 'rejected')
    .map((result) => (result as PromiseRejectedResult).reason);
  const answered = CALLS - failures.length;
  say(
    `After ${formatMs(took)} every call is settled: ${answered} answered, ${failures.length} failed. None hangs, and they say why:`,
  );
  claim(failures.length > 0, 'calls in flight fail when the plugin dies');
  const [first] = failures;
  claim(first instanceof PluginartError, 'calls fail with a typed error');
  say('');
  quote(
    `${first.name} ${first.codeName}, ${first.retrySafe ? 'safe to retry' : 'not safe to retry'}: ${first.message}`,
  );
  say('');
  claim(
    failures.every((error) => error.code === ErrorCode.UNAVAILABLE && error.evidence?.signal === 'SIGKILL'),
    'every failed call carries the evidence',
  );

  const waiting = await outline.describe({ markdown: files[0]!.markdown });
  const waited = performance.now() - killedAt;
  const heir = statusOf();
  claim(heir.state === 'ready' && heir.pid !== victim && heir.restarts === 1, 'the plugin is started again');
  claim(waiting.counts.lines > 0, 'calls work again');
  say(
    `The next call waited while the plugin was started again, as process ${heir.pid}, and was answered after ${formatMs(waited)}.`,
  );
}
