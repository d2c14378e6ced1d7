import { createConnection } from 'node:net';

import type { Address } from './instance.ts';

const TIMEOUT_MS = 500;

/** Whether somebody accepts connections there, to say why a plugin is not ready. */
export function isListening(address: Address): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(
      address.kind === 'unix' ? { path: address.path } : { host: address.host, port: address.port },
    );
    const answer = (listening: boolean) => {
      socket.destroy();
      resolve(listening);
    };
    socket.setTimeout(TIMEOUT_MS, () => answer(false));
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
  });
}
