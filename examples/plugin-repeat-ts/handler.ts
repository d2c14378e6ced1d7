import { PluginError } from 'pluginart';
import type { RepeatHandlers } from './plugin/repeat_service.js';

/** Room for the answer's own few bytes in a message of 4 MiB. */
const MAX_OUTPUT_BYTES = 4_000_000;

export const handler: RepeatHandlers = {
  repeat({ input, count }) {
    const bytes = Buffer.byteLength(input) * count;
    if (bytes > MAX_OUTPUT_BYTES) {
      throw new PluginError(`${count} times this input is ${bytes} bytes; the most is ${MAX_OUTPUT_BYTES}`);
    }
    return { output: input.repeat(count) };
  },
};
