import { ErrorCode, PluginartError } from 'pluginart';
import { claim, formatCount, formatMs, heading, quote, say } from '../narration.js';
import type { Stage } from '../stage.js';

const LONG_DOCUMENT_LENGTH = 2_000_000;
const PATIENCE_MS = 50;

export async function cancelledCall({ outline, files }: Stage): Promise<void> {
  heading('A call that its caller gives up on');
  const all = files.map(({ markdown }) => markdown).join('\n');
  const markdown = all.repeat(Math.ceil(LONG_DOCUMENT_LENGTH / all.length)).slice(0, LONG_DOCUMENT_LENGTH);
  say(
    `A document of ${formatCount(markdown.length)} characters, and a caller who waits ${PATIENCE_MS} ms for the ` +
      `report: { signal: AbortSignal.timeout(${PATIENCE_MS}) }`,
  );

  const before = performance.now();
  const error: unknown = await outline
    .describe({ markdown }, { signal: AbortSignal.timeout(PATIENCE_MS) })
    .catch((reason) => reason);
  const tookMs = performance.now() - before;
  claim(error instanceof PluginartError && error.code === ErrorCode.CANCELLED, 'a call can be cancelled');
  quote(`${error.name}: ${error.message}\ncode ${error.codeName}, after ${formatMs(tookMs)}`);

  const asked = performance.now();
  const { title } = await outline.describe({ markdown: '# The next document\n' });
  claim(title === 'The next document', 'the next call gets its own answer');
  say(
    `The plugin was busy reading all the same. The next call had to wait ${formatMs(performance.now() - asked)} for ` +
      `it, and got its own answer, not the late one: ${JSON.stringify(title)}.`,
  );
}
