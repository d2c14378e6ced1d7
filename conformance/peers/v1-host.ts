#!/usr/bin/env node
/**
 * A version 1 host, written from PROTOCOL.md alone: shakes hands, pings, makes calls one after the other, and
 * prints each answer as a line of JSON. Exit status 1 where anything fails.
 *
 *   v1-host.ts --contract sha256:... (--dial ADDRESS | --start ADDRESS) [--handler raw|echo] [--call TEXT]... [-- COMMAND ARGS...]
 *
 * ADDRESS is the absolute path of a Unix socket, or host:port.
 */
import type { NetConnectOpts } from 'node:net';
import { parseArgs } from 'node:util';
import { decodeEchoResponse, encodeEchoCall } from './v1/control.ts';
import { startPlugin, type V1Answer, V1Host } from './v1/host.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    contract: { type: 'string' },
    dial: { type: 'string' },
    start: { type: 'string' },
    handler: { type: 'string', default: 'raw' },
    call: { type: 'string', multiple: true, default: [] },
  },
});
const { contract, dial, start, handler, call: calls } = values;
const [command, ...args] = positionals;
if (contract === undefined || (dial === undefined) === (start === undefined) || (start && !command)) {
  console.error(
    'usage: v1-host.ts --contract sha256:... (--dial ADDRESS | --start ADDRESS) [--call TEXT]... [-- COMMAND ARGS...]',
  );
  process.exit(2);
}

const plugin = start === undefined ? undefined : await startPlugin(command as string, args, start);
try {
  const host = await V1Host.dial(plugin?.address ?? addressOf(dial as string));
  const { ok, error } = await host.shakeHands(contract);
  if (!ok) throw new Error(`refused: ${error}`);
  await host.ping(1n);
  let requestId = 0n;
  for (const text of calls) {
    requestId += 1n;
    const payload = handler === 'echo' ? encodeEchoCall(requestId, text) : Buffer.from(text);
    console.log(JSON.stringify(shown(await host.call(payload))));
  }
  host.close();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  plugin?.process.kill('SIGTERM');
}

function shown(answer: V1Answer): unknown {
  if ('error' in answer) return { error: answer.error };
  if (handler !== 'echo') return { payload: answer.payload.toString() };
  const { requestId: id, output } = decodeEchoResponse(answer.payload);
  return { request_id: id.toString(), output };
}

function addressOf(address: string): NetConnectOpts {
  if (address.startsWith('/')) return { path: address };
  const colon = address.lastIndexOf(':');
  return { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
}
