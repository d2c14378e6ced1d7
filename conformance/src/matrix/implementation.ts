import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AdapterImage } from './adapter-image.ts';
import { adaptersFolder, packageFolder } from './folders.ts';

/** One role of an implementation: how it is started, and what it can do. */
export interface Adapter {
  /** The program and its arguments, absolute where they are files. */
  readonly command: readonly string[];
  readonly features: readonly string[];
  /** Of a plugin that can also run in a container. */
  readonly image?: AdapterImage;
}

export interface Implementation {
  /** Of its folder in adapters/: ts. */
  readonly id: string;
  /** For people: TypeScript. */
  readonly name: string;
  readonly host: Adapter;
  readonly plugin: Adapter;
  /** Lines of known-failing.txt, without comments. */
  readonly knownFailing: readonly string[];
  /** Why it cannot be run here; undefined where it can. */
  readonly missing: string | undefined;
}

interface FeatureFile {
  readonly name: string;
  /** A program without which nothing of it runs. */
  readonly requires?: string;
  /** Run in the package's folder, once, before the adapters. */
  readonly build?: readonly string[];
  readonly host: Adapter;
  readonly plugin: Adapter;
}

/** All that have a folder in adapters/ with a features.json, in the order of their names for people. */
export function readImplementations(): Implementation[] {
  return readdirSync(adaptersFolder)
    .filter((id) => existsSync(`${adaptersFolder}/${id}/features.json`))
    .map(readImplementation)
    .sort((a, b) => order(a.id) - order(b.id));
}

/** The columns and rows of tables: our own in the order in which they came to be, then the peers. */
function order(id: string): number {
  const at = ['ts', 'go', 'py', 'v1'].indexOf(id);
  return at === -1 ? 99 : at;
}

function readImplementation(id: string): Implementation {
  const file = JSON.parse(readFileSync(`${adaptersFolder}/${id}/features.json`, 'utf8')) as FeatureFile;
  const { command: requires } = { command: file.requires };
  const missing = requires !== undefined && !isOnPath(requires) ? `${requires} is not on PATH` : undefined;
  return {
    id,
    name: file.name,
    host: adapter(file.host),
    plugin: adapter(file.plugin),
    knownFailing: readKnownFailing(`${adaptersFolder}/${id}/known-failing.txt`),
    missing,
  };
}

/** Builds what has to be built. @throws Error with the output of a build that fails */
export function buildAdapters(implementations: readonly Implementation[]): void {
  for (const { id, missing } of implementations) {
    const { build } = JSON.parse(
      readFileSync(`${adaptersFolder}/${id}/features.json`, 'utf8'),
    ) as FeatureFile;
    const [command, ...args] = build ?? [];
    if (missing === undefined && command !== undefined)
      execFileSync(command, args, { cwd: packageFolder, stdio: ['ignore', 'ignore', 'inherit'] });
  }
}

function adapter({ command, ...rest }: Adapter): Adapter {
  return { command: command.map(absolute), ...rest };
}

function absolute(word: string, index: number): string {
  if (index === 0 && word === 'node') return process.execPath;
  return word.includes('/') ? join(packageFolder, word) : word;
}

function isOnPath(program: string): boolean {
  return (process.env.PATH ?? '').split(':').some((folder) => existsSync(`${folder}/${program}`));
}

/** Each line is the name of a suite, a slash, and that of a case; `#` begins a comment. */
function readKnownFailing(path: string): string[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '');
}
