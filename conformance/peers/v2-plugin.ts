#!/usr/bin/env node
/**
 * A version 2 plugin that misbehaves as it is told. Bound by PLUGIN_SOCKET or PLUGIN_ADDR; proves itself with PLUGIN_TOKEN.
 *
 *   v2-plugin.ts --contract sha256:... [--accept honest|version-3|...] [--behave serve|never-read|... | --exchange NAME]
 *
 * The names are those of handshake-lies.ts, plugin.ts, and the exchanges towards a host in protocol/vectors.
 */
import { createServer } from 'node:net';
import { parseArgs } from 'node:util';
import { type HandshakeLie, handshakeLies } from './v2/handshake-lies.ts';
import { type Behaviour, behaviours, V2Plugin } from './v2/plugin.ts';

const { values } = parseArgs({
  options: {
    contract: { type: 'string' },
    accept: { type: 'string', default: 'honest' },
    behave: { type: 'string', default: 'serve' },
    exchange: { type: 'string' },
  },
});
const { contract, accept, behave, exchange } = values;
const { PLUGIN_SOCKET: path, PLUGIN_ADDR: address, PLUGIN_TOKEN: token } = process.env;
if (contract === undefined || !isLie(accept) || !isBehaviour(behave)) {
  console.error(
    'usage: v2-plugin.ts --contract sha256:... [--accept LIE] [--behave BEHAVIOUR | --exchange NAME]',
  );
  console.error(`lies: ${Object.keys(handshakeLies).join(', ')}\nbehaviours: ${behaviours.join(', ')}`);
  process.exit(2);
}
if (!path && !address) {
  console.error('This is a plugin: set PLUGIN_SOCKET=/path or PLUGIN_ADDR=host:port.');
  process.exit(2);
}

const options = {
  contractHash: contract,
  token,
  accept,
  behave: exchange === undefined ? behave : { exchange },
};
const colon = address?.lastIndexOf(':') ?? 0;
createServer((socket) => new V2Plugin(socket, options)).listen(
  path ? { path } : { host: address?.slice(0, colon), port: Number(address?.slice(colon + 1)) },
  () => process.stdout.write('READY\n'),
);
process.on('SIGTERM', () => process.exit(0));

function isLie(name: string): name is HandshakeLie {
  return Object.hasOwn(handshakeLies, name);
}

function isBehaviour(name: string): name is Behaviour {
  return (behaviours as readonly string[]).includes(name);
}
