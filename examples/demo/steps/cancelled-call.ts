import { ErrorCode, PluginartError } from 'pluginart';
import { claim, formatCount, formatMs, heading, quote, say } from '../narration.js';
import type { Stage } from '../stage.js';

const LONG_DOCUMENT_BYTES = 3_000_000;
const PATIENCE_MS = 50;

export async function cancelledCall({ outline, files }: Stage): Promise<void> {
  heading('A call that the caller gives up on');
  const all = files.map(({ markdown }) => markdown).join('\n');
  const markdown = all.repeat(Math.ceil(LONG_DOCUMENT_BYTES / all.length)).slice(0, LONG_DOCUMENT_BYTES);
  say(
    `One document of ${formatCount(markdown.length)} characters, and a caller who waits ${PATIENCE_MS} ms for its report:`,
  );

  const before = performance.now();
  const error: unknown = await outline
    .describe({ markdown }, { signal: AbortSignal.timeout(PATIENCE_MS) })
    .then(
      () => undefined,
      (reason) => reason,
    );
  const took = performance.now() - before;
  claim(error instanceof PluginartError && error.code === ErrorCode.CANCELLED, 'a call can be cancelled');
  say('');
  quote(`${error.name} ${error.codeName}: ${error.message}`);
  say('');
  say(`rejected after ${formatMs(took)}, although the plugin is busy reading and does not listen.`);

  const asked = performance.now();
  const { title } = await outline.describe({ markdown: '# The next document\n' });
  claim(title === 'The next document', 'the next call gets its own answer');
  say(
    `The next call had to wait for that, ${formatMs(performance.now() - asked)}, and got its own answer: '${title}'.`,
  );
}
