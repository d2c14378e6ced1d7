// Where the version stands. All packages carry the same.
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export const root = join(import.meta.dirname, '..', '..');

const packages = [
  'package.json',
  'runtimes/typescript',
  'compiler',
  'conformance',
  'cli',
  'bench',
  'examples/*',
  'examples/pipeline/*',
]
  .map((place) => (place.endsWith('.json') ? place : `${place}/package.json`))
  .flatMap((pattern) => globSync(pattern, { cwd: root }))
  .sort();

/** The version as a package says it, and its dependencies on packages from here. */
const ofPackage = [/^ {2}"version": "(.+)"/m, /^ {4}"(?:@pluginart\/\w+|pluginart)": "(\d.*)"/gm];

/** Each place is a file and the patterns whose first group is the version. */
export const versionedFiles = [
  ...packages.map((path) => ({ path, patterns: ofPackage })),
  { path: 'runtimes/python/pyproject.toml', patterns: [/^version = "(.+)"/m] },
  {
    path: 'runtimes/typescript/src/session/runtime-name.ts',
    patterns: [/'pluginart-ts\/(.+)'/],
  },
  ...globSync('{examples/*,bench/go}/go.mod', { cwd: root }).map((path) => ({
    path,
    patterns: [/github\.com\/dlahoza\/pluginart v(.+)/],
  })),
  { path: 'pkg/internal/session/runtime_name.go', patterns: [/"pluginart-go\/(.+)"/] },
  {
    path: 'runtimes/python/src/pluginart/session/runtime_name.py',
    patterns: [/"pluginart-py\/(.+)"/],
  },
];

/** Every version that a file names. */
export function versionsIn({ path, patterns }) {
  const text = readFileSync(join(root, path), 'utf8');
  return patterns.flatMap((pattern) => {
    const all = pattern.global ? pattern : new RegExp(pattern.source, `${pattern.flags}g`);
    return [...text.matchAll(all)].map(([, version]) => version);
  });
}

export function setVersionIn({ path, patterns }, version) {
  const file = join(root, path);
  let text = readFileSync(file, 'utf8');
  for (const pattern of patterns) text = text.replace(pattern, (whole, old) => whole.replace(old, version));
  writeFileSync(file, text);
}
