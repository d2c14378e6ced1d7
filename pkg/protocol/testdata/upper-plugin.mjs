// A plugin that answers in capitals; with `fail`, with an error of its own.
import { PluginError, serve } from 'pluginart';

const handler = (payload) => {
  if (payload.toString() === 'fail') throw new PluginError('no luck', { code: 42 });
  return Buffer.from(payload.toString('latin1').toUpperCase(), 'latin1');
};
await serve(handler, { contractHash: process.argv[2] });
