#!/usr/bin/env node
/**
 * The strict version 1 plugin of peers/ as an adapter: its wire is written from PROTOCOL.md alone, what it answers comes
 * from the handlers of the TypeScript adapter. See ../README.md.
 */
import { createServer } from 'node:net';
import { inMemoryPair } from 'pluginart';
import { V1Plugin } from '../../peers/v1/plugin.ts';
import { targetOf } from '../../src/wire/address.ts';
import { conformanceService } from '../ts/generated/plugin/conformance_service.ts';
import { CONTRACT_HASH } from '../ts/generated/plugin/contract.ts';
import { handlers } from '../ts/handlers.ts';
import { rawHandlers } from '../ts/raw-handlers.ts';

const { CONFORMANCE_SERVE: served = 'typed', CONFORMANCE_CONTRACT: contractHash = CONTRACT_HASH } =
  process.env;
const { PLUGIN_SOCKET: socket, PLUGIN_ADDR: address } = process.env;

const answer = await answering();
const server = createServer((link) => {
  new V1Plugin(link, { contractHash, handler: answer, handshake: 'none' });
});
server.listen(targetOf(socket ?? (address as string)), () => process.stdout.write('READY\n'));
process.on('SIGTERM', () => {
  server.close();
  process.exit(0);
});

async function answering(): Promise<(payload: Buffer) => Promise<Uint8Array>> {
  if (served === 'typed') {
    const client = await inMemoryPair(conformanceService(handlers));
    return (payload) => client.call(payload, { timeoutMs: 0 });
  }
  const handler = rawHandlers[served];
  if (handler === undefined) throw new Error(`CONFORMANCE_SERVE is "${served}"`);
  const { signal } = new AbortController();
  return async (payload) => handler(payload, { signal } as never);
}
