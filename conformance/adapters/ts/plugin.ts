#!/usr/bin/env node
/** The plugin adapter of the TypeScript runtime: see ../README.md. */
import { type PluginServerOptions, serve } from 'pluginart';
import { conformanceService } from './generated/plugin/conformance_service.ts';
import { CONTRACT_HASH } from './generated/plugin/contract.ts';
import { handlers } from './handlers.ts';

const {
  CONFORMANCE_SERVE: served = 'typed',
  CONFORMANCE_CONTRACT: contractHash = CONTRACT_HASH,
  CONFORMANCE_MAX_MESSAGE_BYTES: maxMessageBytes,
  CONFORMANCE_MAX_CONCURRENT_CALLS: maxConcurrentCalls,
} = process.env;
const options: PluginServerOptions = {
  maxMessageBytes: maxMessageBytes === undefined ? undefined : Number(maxMessageBytes),
  maxConcurrentCalls: maxConcurrentCalls === undefined ? undefined : Number(maxConcurrentCalls),
};
if (served === 'typed') {
  await serve(conformanceService(handlers), options);
} else {
  const { rawHandlers } = await import('./raw-handlers.ts');
  const handler = rawHandlers[served];
  if (handler === undefined) throw new Error(`CONFORMANCE_SERVE is "${served}"`);
  await serve(handler, { ...options, contractHash });
}
