import { once } from 'node:events';
import { createServer } from 'node:net';

const FIRST = 12_000;
/** Below the ports that systems give to those who ask for any (Linux: 32,768 and above), so that none of them takes it. */
const PAST_LAST = 32_000;

let next = Math.floor(Math.random() * (PAST_LAST - FIRST));

/**
 * A port where nobody listens, and where nobody of this process will who does not ask for just this one.
 * @param host an address of this machine
 */
export async function unusedPort(host = '127.0.0.1'): Promise<number> {
  for (;;) {
    const port = FIRST + (next++ % (PAST_LAST - FIRST));
    const server = createServer().listen(port, host);
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    server.close();
    if (isFree) return port;
  }
}
