#!/usr/bin/env node
/**
 * Started by a host in a plugin's place: starts the plugin behind itself and relays what both say, signals and output
 * included. How it ends is how the plugin ended.
 *
 *   tap.js [--without-offer] [--record FILE] -- COMMAND ARGS...
 *
 * --record appends lines of JSON: [milliseconds since 1970, connection, "to plugin" | "to host" | "closed", base64].
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync, writeSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { freeAddress } from './address.ts';
import { type Listener, Relay } from './relay.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { 'without-offer': { type: 'boolean', default: false }, record: { type: 'string' } },
});
const [command, ...args] = positionals;
if (command === undefined)
  throw new Error('usage: tap.js [--without-offer] [--record FILE] -- COMMAND ARGS...');

const { PLUGIN_SOCKET: socket, PLUGIN_ADDR: address } = process.env;
const outer = socket ?? address;
if (outer === undefined) throw new Error('neither PLUGIN_SOCKET nor PLUGIN_ADDR is set');
const inner = socket === undefined ? await freeAddress() : `${socket}.in`;
const env: NodeJS.ProcessEnv = {
  ...process.env,
  [socket === undefined ? 'PLUGIN_ADDR' : 'PLUGIN_SOCKET']: inner,
};
if (values['without-offer']) {
  for (const name of ['PLUGIN_TOKEN', 'PLUGIN_TOKEN_FOR', 'PLUGIN_LIFELINE']) delete env[name];
} else if (env.PLUGIN_TOKEN_FOR === outer) env.PLUGIN_TOKEN_FOR = inner;

// The host signals the whole group: the plugin has had it, and decides how both end.
process.on('SIGTERM', () => {});
process.on('SIGINT', () => {});

const plugin = spawn(command, args, { env, stdio: ['inherit', 'pipe', 'inherit'] });
plugin.once('error', (error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(127);
});
plugin.once('close', (code, signal) => {
  relay?.close();
  if (signal === null) process.exit(code ?? 1);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
});

let relay: Relay | undefined;
let connections = 0;
let seen = '';
plugin.stdout.on('data', (chunk: Buffer) => {
  if (relay !== undefined) {
    process.stdout.write(chunk);
    return;
  }
  seen += chunk.toString('latin1');
  const ready = /(^|\n)READY\r?\n/.exec(seen);
  if (ready === null) return;
  plugin.stdout.pause();
  const options = { withoutOffer: values['without-offer'], listener, beforeLoss: exitIfDead };
  void Relay.open(outer, inner, options).then((open) => {
    relay = open;
    process.stdout.write(Buffer.from(seen, 'latin1'));
    plugin.stdout.resume();
  });
});
plugin.stdout.on('end', () => {
  if (relay === undefined) process.stdout.write(Buffer.from(seen, 'latin1'));
});

/** A process that dies leaves its connections first: the host should hear of both at once, as it would without us. */
async function exitIfDead(): Promise<void> {
  await Promise.race([once(plugin, 'close'), delay(100)]);
}

const record = values.record === undefined ? undefined : openSync(values.record, 'a', 0o600);

function listener(): Listener {
  connections++;
  const connection = `${process.pid}.${connections}`;
  const note = (...line: unknown[]) => {
    if (record !== undefined) writeSync(record, `${JSON.stringify([Date.now(), connection, ...line])}\n`);
  };
  return {
    bytes: (direction, chunk) => note(direction, Buffer.from(chunk).toString('base64')),
    closed: () => note('closed'),
  };
}
