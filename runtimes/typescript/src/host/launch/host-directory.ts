import { once } from 'node:events';
import type { Dirent } from 'node:fs';
import { chmod, lstat, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { createConnection, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { StartupError } from '../../errors/index.ts';

/** What every supported system takes as a socket's path, macOS (104 with its zero) included. */
export const MAX_SOCKET_PATH_BYTES = 100;

const PREFIX = 'pluginart-';
const HOST_SOCKET = 'host.sock';
const SHORTEST_SOCKET_NAME_BYTES = 24;
const SOCKET_IN_FOLDER_BYTES = '/plugin.sock'.length;
/** A directory younger than this may belong to a host that has not begun to listen yet. */
const MIN_SWEEP_AGE_MS = 10_000;
const CONNECT_TIMEOUT_MS = 1_000;

/**
 * The directory (0700) that holds the sockets of this host's plugins. The host listens on a socket in it: that it
 * can be connected to is what tells other hosts that this one is alive.
 */
export interface HostDirectory {
  readonly path: string;
  /** Its last part, `pluginart-Ab12Cd`: unique while the host lives. */
  readonly name: string;
  /** A path of at most 100 bytes for a new socket, with as much of the plugin's name as fits. */
  newSocketPath(plugin: string): string;
  /**
   * Makes a folder for a container to put one socket into, whose path may be 12 bytes longer and is at most 100 bytes
   * then. Any user may write to it, once it is mounted elsewhere: whoever runs in there has no name here.
   */
  newSocketFolder(plugin: string): Promise<string>;
  remove(): Promise<void>;
}

/** Makes the directory, empty. @throws StartupError where that cannot be done */
export async function makeHostDirectory(): Promise<string> {
  const base = temporaryDirectory();
  try {
    return await mkdtemp(join(base, PREFIX));
  } catch (cause) {
    throw new StartupError(
      `cannot make a directory for the sockets of plugins in ${base}: ${(cause as Error).message}; ` +
        'set TMPDIR to a directory that this host can write to',
      { cause, origin: 'local' },
    );
  }
}

/** Shows that the directory's host is alive, from now on until it is removed. @throws the error of listening */
export async function holdHostDirectory(path: string): Promise<HostDirectory> {
  const server = createServer((socket) => socket.destroy());
  // Out of descriptors: who wants to know whether this host lives finds that out from the backlog as well.
  server.on('error', () => {});
  server.listen(join(path, HOST_SOCKET));
  await once(server, 'listening');
  server.unref();
  let sockets = 0;
  const newPath = (plugin: string, ending: string, reservedBytes: number) => {
    const room = MAX_SOCKET_PATH_BYTES - reservedBytes - Buffer.byteLength(join(path, ending));
    return join(path, plugin.replaceAll(/[^A-Za-z0-9_-]/g, '_').slice(0, room) + ending);
  };
  return {
    path,
    name: basename(path),
    newSocketPath: (plugin) => newPath(plugin, `-${++sockets}.sock`, 0),
    async newSocketFolder(plugin) {
      const folder = newPath(plugin, `-${++sockets}`, SOCKET_IN_FOLDER_BYTES);
      await mkdir(folder);
      // Past the umask. Nobody but this user gets as far as here without the mount.
      await chmod(folder, 0o777);
      return folder;
    },
    async remove() {
      await close(server);
      await rm(path, { recursive: true, force: true });
    },
  };
}

/** `$TMPDIR`, or `/tmp` where that is too long for a socket's path. */
export function temporaryDirectory(preferred: string = tmpdir()): string {
  const needed = Buffer.byteLength(join(preferred, `${PREFIX}XXXXXX`, 'x')) + SHORTEST_SOCKET_NAME_BYTES;
  return needed <= MAX_SOCKET_PATH_BYTES ? preferred : '/tmp';
}

/** Removes the directories of this user's hosts that are gone. Never rejects. */
export async function sweepDeadHosts(): Promise<void> {
  const base = temporaryDirectory();
  let entries: Dirent[];
  try {
    entries = await readdir(base, { withFileTypes: true });
  } catch {
    return;
  }
  for (const entry of entries) {
    if (!entry.isDirectory() || !/^pluginart-\w{6}$/.test(entry.name)) continue;
    const path = join(base, entry.name);
    try {
      const { uid, mtimeMs } = await lstat(path);
      if (uid !== process.getuid?.() || Date.now() - mtimeMs < MIN_SWEEP_AGE_MS) continue;
      if (await isDead(join(path, HOST_SOCKET))) await rm(path, { recursive: true, force: true });
    } catch {
      // Another host swept it first, or it is none of ours to remove.
    }
  }
}

function isDead(hostSocket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(hostSocket);
    const answer = (dead: boolean) => {
      socket.destroy();
      resolve(dead);
    };
    socket.setTimeout(CONNECT_TIMEOUT_MS, () => answer(false));
    socket.once('connect', () => answer(false));
    // A full backlog or a lack of rights says nothing about its host: only these two do.
    socket.once('error', (error: NodeJS.ErrnoException) => {
      answer(error.code === 'ECONNREFUSED' || error.code === 'ENOENT');
    });
  });
}

async function close(server: Server): Promise<void> {
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
