#!/usr/bin/env node
/**
 * A version 2 host that misbehaves as it is told: shakes hands, sends the bytes of an exchange towards a plugin in
 * protocol/vectors, then a PING, and prints what the plugin sends, a line of JSON each, until the PONG or the end.
 *
 *   v2-host.ts --contract sha256:... --dial ADDRESS [--token HEX] [--exchange NAME]
 *
 * ADDRESS is the absolute path of a Unix socket, or host:port.
 */
import { parseArgs } from 'node:util';
import { V2 } from '../../protocol/vectors/generate/frames.ts';
import { errorOf, V2Host } from './v2/host.ts';
import { bytesOf, findExchange } from './vectors.ts';

const lastPing = 0x7fff_fffe;

const { values } = parseArgs({
  options: {
    contract: { type: 'string' },
    dial: { type: 'string' },
    token: { type: 'string' },
    exchange: { type: 'string' },
  },
});
const { contract, dial, token, exchange } = values;
if (contract === undefined || dial === undefined) {
  console.error('usage: v2-host.ts --contract sha256:... --dial ADDRESS [--token HEX] [--exchange NAME]');
  process.exit(2);
}

const colon = dial.lastIndexOf(':');
const host = await V2Host.dial(
  dial.startsWith('/') ? { path: dial } : { host: dial.slice(0, colon), port: Number(dial.slice(colon + 1)) },
);
const response = await host.shakeHands({ contractHash: contract, token });
console.log(JSON.stringify({ handshake: response ?? 'closed' }));
if (response?.accept?.version === 2) {
  if (exchange !== undefined) host.send(bytesOf(findExchange('plugin', exchange).bytes));
  host.sendFrame({ type: V2.PING, arg: lastPing });
  for (let frame = await host.next(); frame !== undefined; frame = await host.next()) {
    if (frame.type === V2.PONG && frame.arg === lastPing) break;
    const { type, flags, stream, arg, body } = frame;
    const isError = type === V2.ERROR || type === V2.GOAWAY;
    console.log(
      JSON.stringify({
        type,
        flags,
        stream,
        arg,
        ...(isError ? errorOf(frame) : { body: body.toString('hex') }),
      }),
    );
  }
}
host.close();
