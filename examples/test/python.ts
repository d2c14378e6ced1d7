import { systemPython } from '../../scripts/python-environment.mjs';

const isMissing = systemPython() === undefined && process.env.PLUGINART_STRICT !== '1';

/** For `skip`: false, or what a test without Python says; PLUGINART_STRICT=1 makes such tests run, and fail. */
export const skipWithoutPython = isMissing
  ? 'THERE IS NO PYTHON 3.11 OR LATER: the examples in Python are not tested'
  : false;
if (skipWithoutPython !== false) process.stderr.write(`\n*** ${skipWithoutPython} ***\n\n`);
