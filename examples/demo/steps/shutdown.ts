import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { childProcesses, isRunning } from '../left-behind.js';
import { claim, formatMs, heading, say } from '../narration.js';
import type { Stage } from '../stage.js';

export async function shutdown({ manager, remote }: Stage): Promise<void> {
  heading('The end, with nothing left behind');
  const theHosts = () => childProcesses().filter((pid) => pid !== remote.pid);
  const started = theHosts();
  const socket = manager.status().find(({ address }) => address?.startsWith('unix:'))?.address;
  claim(started.length > 0 && socket !== undefined, 'there is something to clean up');
  const socketDirectory = dirname(socket.slice('unix:'.length));

  const before = performance.now();
  await manager.shutdown();
  const tookMs = performance.now() - before;

  claim(theHosts().length === 0 && !started.some(isRunning), 'no process is left');
  claim(!existsSync(socketDirectory), 'no socket directory is left');
  say(
    `manager.shutdown() took ${formatMs(tookMs)}. Gone are the processes ${started.join(', ')} (the plugins, and the ` +
      `guard that would have ended them if this host had been killed) and the folder ${socketDirectory}.`,
  );

  claim(remote.isRunning(), 'a plugin that somebody else runs is left alone');
  const exitCode = await remote.stop();
  claim(exitCode === 0, 'a plugin ends by itself when it is asked to');
  claim(childProcesses().length === 0, 'no process at all is left');
  say(
    `"repeat", which somebody else runs, ran on. On SIGTERM from its operator it ended with exit code ${exitCode}.`,
  );
}
