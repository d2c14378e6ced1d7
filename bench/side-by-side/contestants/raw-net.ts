import { once } from 'node:events';
import { connect } from 'node:net';
import type { Contestant } from '../contestant.ts';
import { spawnServer } from '../spawn-server.ts';

/** Answers are told apart by counting bytes, as all are of one length; so it says what the sockets alone cost. */
export const contestant: Contestant = {
  async open() {
    const server = await spawnServer(new URL('../servers/raw-net.ts', import.meta.url));
    const socket = connect(server.socketPath);
    await once(socket, 'connect');
    const waiting: ((bytes: number) => void)[] = [];
    let messageBytes = 0;
    let received = 0;
    socket.on('data', (chunk) => {
      received += chunk.length;
      while (received >= messageBytes && waiting.length > 0) {
        received -= messageBytes;
        waiting.shift()!(messageBytes);
      }
    });
    return {
      prepare(bytes) {
        const payload = Buffer.alloc(bytes, 0x61);
        messageBytes = bytes;
        return {
          call: () =>
            new Promise((resolve) => {
              waiting.push(resolve);
              socket.write(payload);
            }),
          lengthOf: (answer) => answer as number,
        };
      },
      close() {
        socket.destroy();
        return server.close();
      },
    };
  },
};
