import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './documentation.ts';

/** What `npm run setup` makes where there is a Python 3.11 or later. */
export const python = join(repository, 'runtimes', 'python', '.venv', 'bin', 'python');

const isMissing = !existsSync(python) && process.env.PLUGINART_STRICT !== '1';

/** For `skip`: false, or what a test without Python says; PLUGINART_STRICT=1 makes such tests run, and fail. */
export const skipWithoutPython = isMissing
  ? 'THERE IS NO PYTHON 3.11: the examples in Python are not tested'
  : false;
if (skipWithoutPython !== false) process.stderr.write(`\n*** ${skipWithoutPython} ***\n\n`);
