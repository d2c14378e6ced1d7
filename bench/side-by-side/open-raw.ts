import { connect } from 'pluginart';
import type { Connection } from './contestant.ts';
import { contractHash } from './raw-contract.ts';
import { spawnServer } from './spawn-server.ts';

export async function openRaw({ onlyVersion1 }: { onlyVersion1: boolean }): Promise<Connection> {
  const server = await spawnServer(new URL('./servers/pluginart-raw.ts', import.meta.url));
  const client = await connect(server.socketPath, {
    pluginName: 'bench',
    contractHash,
    onlyVersion1,
  });
  return {
    prepare(bytes) {
      const payload = Buffer.alloc(bytes, 0x61);
      return { call: () => client.call(payload), lengthOf: (answer) => (answer as Buffer).length };
    },
    close() {
      client.destroy();
      return server.close();
    },
  };
}
