import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { childProcesses, isRunning } from '../left-behind.js';
import { claim, formatMs, heading, say } from '../narration.js';
import type { Stage } from '../stage.js';

export async function shutdown({ manager, remote }: Stage): Promise<void> {
  heading('The end, with nothing left behind');
  const ours = childProcesses().filter((pid) => pid !== remote.pid);
  const socket = manager.status().find(({ address }) => address?.startsWith('unix:'))?.address;
  claim(ours.length > 0 && socket !== undefined, 'there is something to clean up');
  const socketDirectory = dirname(socket.slice('unix:'.length));

  const before = performance.now();
  await manager.shutdown();
  say(`manager.shutdown() took ${formatMs(performance.now() - before)}`);

  const left = new Set([...childProcesses().filter((pid) => pid !== remote.pid), ...ours.filter(isRunning)]);
  claim(left.size === 0, 'no process is left');
  say(
    `processes ${ours.join(', ')}: gone (the plugins, and the guard that would have ended them had this host been killed)`,
  );
  claim(!existsSync(socketDirectory), 'no socket directory is left');
  say(`${socketDirectory}: gone`);

  claim(remote.isRunning(), 'a plugin that somebody else runs is left alone');
  const exitCode = await remote.stop();
  claim(exitCode === 0, 'a plugin ends by itself when it is asked to');
  say(`"repeat" ran on, as it is not ours to stop; SIGTERM from its operator: exit code ${exitCode}`);
  claim(childProcesses().length === 0, 'no process at all is left');
}
