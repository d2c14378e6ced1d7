#!/usr/bin/env node
/**
 * A version 1 plugin, written from PROTOCOL.md alone. Bound by PLUGIN_SOCKET or PLUGIN_ADDR.
 *
 *   v1-plugin.ts --contract sha256:... [--handler raw|echo] [--handshake none|refuse|silence|...]
 */
import { createServer } from 'node:net';
import { parseArgs } from 'node:util';
import { type HandshakeFault, handshakeFaults, V1Plugin } from './v1/plugin.ts';

const { values } = parseArgs({
  options: {
    contract: { type: 'string' },
    handler: { type: 'string', default: 'raw' },
    handshake: { type: 'string', default: 'none' },
  },
});
const { PLUGIN_SOCKET: path, PLUGIN_ADDR: address } = process.env;
const { contract, handler, handshake } = values;
if (contract === undefined || (handler !== 'raw' && handler !== 'echo') || !isFault(handshake)) {
  console.error('usage: v1-plugin.ts --contract sha256:... [--handler raw|echo] [--handshake none|...]');
  process.exit(2);
}
if (!path && !address) {
  console.error('This is a plugin: set PLUGIN_SOCKET=/path or PLUGIN_ADDR=host:port.');
  process.exit(2);
}

const server = createServer((socket) => new V1Plugin(socket, { contractHash: contract, handler, handshake }));
const colon = address?.lastIndexOf(':') ?? 0;
server.listen(
  path ? { path } : { host: address?.slice(0, colon), port: Number(address?.slice(colon + 1)) },
  () => process.stdout.write('READY\n'),
);
process.on('SIGTERM', () => process.exit(0));

function isFault(name: string): name is HandshakeFault {
  return (handshakeFaults as readonly string[]).includes(name);
}
