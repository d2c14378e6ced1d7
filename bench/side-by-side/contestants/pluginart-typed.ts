import { connect } from 'pluginart';
import type { Contestant } from '../contestant.ts';
import { CONTRACT_HASH } from '../generated/host/contract.ts';
import { EchoClient } from '../generated/host/echo_client.ts';
import type { EchoResponseT } from '../generated/host/values.ts';
import { spawnServer } from '../spawn-server.ts';

/** `examples/schema/echo.fbs`: a string each way, encoded and decoded on both sides. */
export const contestant: Contestant = {
  async open() {
    const server = await spawnServer(new URL('../servers/pluginart-typed.ts', import.meta.url));
    const client = await connect(server.socketPath, {
      pluginName: 'echo',
      contractHash: CONTRACT_HASH,
    });
    const echo = new EchoClient(client);
    return {
      prepare(bytes) {
        const request = { input: 'a'.repeat(bytes) };
        return {
          call: () => echo.echo(request),
          lengthOf: (answer) => Buffer.byteLength((answer as EchoResponseT).output),
        };
      },
      close() {
        client.destroy();
        return server.close();
      },
    };
  },
};
