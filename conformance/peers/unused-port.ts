import { once } from 'node:events';
import { createServer } from 'node:net';

const FIRST = 20_000;
/** Below the ports that systems give to those who ask for any (Linux: 32,768 and above), so that none of them takes it. */
const PAST_LAST = 32_000;

/** A port of 127.0.0.1 where nobody listens, and where nobody will who did not ask for just this one. */
export async function unusedPort(): Promise<number> {
  for (;;) {
    const port = FIRST + Math.floor(Math.random() * (PAST_LAST - FIRST));
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    server.close();
    if (isFree) return port;
  }
}
