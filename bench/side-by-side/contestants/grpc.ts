import { type Client, credentials, type ServiceError } from '@grpc/grpc-js';
import type { Contestant } from '../contestant.ts';
import { EchoClient, tuning } from '../grpc-service.ts';
import { spawnServer } from '../spawn-server.ts';

type Message = { payload: Buffer };
type Echoing = Client & {
  echo(message: Message, answer: (error: ServiceError | null, message?: Message) => void): unknown;
};

export const contestant: Contestant = {
  async open() {
    const server = await spawnServer(new URL('../servers/grpc.ts', import.meta.url));
    const client = new EchoClient(
      `unix:${server.socketPath}`,
      credentials.createInsecure(),
      tuning,
    ) as unknown as Echoing;
    return {
      prepare(bytes) {
        const message = { payload: Buffer.alloc(bytes, 0x61) };
        return {
          call: () =>
            new Promise((resolve, reject) => {
              client.echo(message, (error, answer) => (error === null ? resolve(answer) : reject(error)));
            }),
          lengthOf: (answer) => (answer as Message).payload.length,
        };
      },
      close() {
        client.close();
        return server.close();
      },
    };
  },
};
