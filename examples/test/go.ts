import { spawnSync } from 'node:child_process';

const isMissing = spawnSync('go', ['version']).error !== undefined && process.env.PLUGINART_STRICT !== '1';

/** For `skip`: false, or what a test without Go says; PLUGINART_STRICT=1 makes such tests run, and fail. */
export const skipWithoutGo = isMissing ? 'GO IS NOT ON PATH: the examples in Go are not tested' : false;
if (skipWithoutGo !== false) process.stderr.write(`\n*** ${skipWithoutGo} ***\n\n`);
