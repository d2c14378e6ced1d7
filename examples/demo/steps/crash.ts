import { ErrorCode, PluginartError } from 'pluginart';
import { claim, formatMs, heading, quote, say } from '../narration.js';
import type { Stage } from '../stage.js';

const CALLS = 64;

export async function crash({ manager, outline, files }: Stage): Promise<void> {
  heading('A crash under load');
  const statusOf = () => manager.status().find(({ name }) => name === 'outline')!;
  const victim = statusOf().pid;
  claim(victim !== undefined, 'the plugin is a process');
  // Long ones, so that most are still unanswered when the first answer comes.
  const markdown = files.map((file) => file.markdown).join('\n');
  const calls = Array.from({ length: CALLS }, () => outline.describe({ markdown }));
  const settled = Promise.allSettled(calls);
  await Promise.any(calls);
  say(`${CALLS} calls to "outline", ${statusOf().openCalls} of them unanswered. Now: kill -9 ${victim}`);

  const killedAt = performance.now();
  process.kill(victim, 'SIGKILL');
  const results = await settled;
  const settledMs = performance.now() - killedAt;

  const errors = results.flatMap((result) =>
    result.status === 'rejected' ? [result.reason as unknown] : [],
  );
  claim(errors.length > 0, 'calls in flight fail when the plugin dies');
  say(
    `${formatMs(settledMs)} later nobody waits any more. Answered: ${CALLS - errors.length}, failed: ${errors.length}, ` +
      'and each of these says why:',
  );
  const [first] = errors;
  claim(first instanceof PluginartError, 'calls fail with a typed error');
  quote(`${first.name}: ${first.message}\n${describe(first)}`);
  claim(errors.every(isExplained), 'every failed call says how the plugin ended');

  const { counts } = await outline.describe({ markdown });
  const backMs = performance.now() - killedAt;
  claim(counts.lines > 0, 'calls work again');
  const { pid, restarts } = statusOf();
  claim(pid !== undefined && pid !== victim && restarts === 1, 'the plugin is started again');
  say(
    `The next call waited while "outline" was started again, as process ${pid}, and was answered ` +
      `${formatMs(backMs)} after the kill.`,
  );
}

function describe({ codeName, evidence, retrySafe }: PluginartError): string {
  const retry = retrySafe ? 'safe to retry' : 'not known to be safe to retry';
  return `code ${codeName}, signal ${evidence?.signal}, ${retry}`;
}

function isExplained(error: unknown): boolean {
  return (
    error instanceof PluginartError &&
    error.code === ErrorCode.UNAVAILABLE &&
    error.evidence?.signal === 'SIGKILL'
  );
}
