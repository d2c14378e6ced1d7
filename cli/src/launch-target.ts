import { accessSync, constants, type Stats, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import type { PluginSpec } from 'pluginart/config';

type Launch = PluginSpec['launch'];

/** What is started or called: the program's path, the image, or the address. */
export function describeTarget(launch: Launch): string {
  if (launch.type === 'docker') return launch.image;
  if (launch.type === 'binary') return launch.path;
  return launch.host.includes(':') ? `[${launch.host}]:${launch.port}` : `${launch.host}:${launch.port}`;
}

export interface LaunchFault {
  /** The key of the configuration that is to blame. */
  readonly key: 'path' | 'cwd';
  readonly message: string;
}

/** What keeps this machine from starting the plugin, as far as looking at files can tell. */
export function findFaults(launch: Launch): LaunchFault[] {
  if (launch.type !== 'binary') return [];
  const faults: LaunchFault[] = [];
  const message = launch.path.includes('/') ? faultOfFile(launch.path) : faultOfName(launch.path);
  if (message !== undefined) faults.push({ key: 'path', message });
  if (!isFolder(launch.cwd)) faults.push({ key: 'cwd', message: `cwd is no folder: ${launch.cwd}` });
  return faults;
}

function faultOfFile(path: string): string | undefined {
  const stats = statsOf(path);
  if (stats === undefined) return `path does not exist: ${path}`;
  if (!stats.isFile()) return `path is no file: ${path}`;
  if (!isExecutable(path))
    return `path is not executable: ${path}; chmod +x it, or name its interpreter as path and this file in args`;
  return undefined;
}

function faultOfName(name: string): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter).filter((folder) => folder !== '');
  const isThere = folders.some((folder) => faultOfFile(join(folder, name)) === undefined);
  return isThere
    ? undefined
    : `path "${name}" is not on PATH; a file beside the configuration is written "./${name}"`;
}

function isFolder(path: string): boolean {
  return statsOf(path)?.isDirectory() ?? false;
}

/** Undefined also where a part of the path is no folder, or may not be entered. */
function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
