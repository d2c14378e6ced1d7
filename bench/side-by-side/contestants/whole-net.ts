import { once } from 'node:events';
import { connect } from 'node:net';
import type { Contestant } from '../contestant.ts';
import { spawnServer } from '../spawn-server.ts';
import { receiveWhole, sendWhole } from '../whole-messages.ts';

/** Raw net that holds a message until it is whole, on both sides, as every call must: no echo of first bytes. */
export const contestant: Contestant = {
  async open() {
    const server = await spawnServer(new URL('../servers/whole-net.ts', import.meta.url));
    const socket = connect(server.socketPath);
    await once(socket, 'connect');
    const waiting: ((message: Buffer) => void)[] = [];
    receiveWhole(socket, (message) => waiting.shift()!(message));
    return {
      prepare(bytes) {
        const payload = Buffer.alloc(bytes, 0x61);
        return {
          call: () =>
            new Promise((resolve) => {
              waiting.push(resolve);
              sendWhole(socket, payload);
            }),
          lengthOf: (answer) => (answer as Buffer).length,
        };
      },
      close() {
        socket.destroy();
        return server.close();
      },
    };
  },
};
