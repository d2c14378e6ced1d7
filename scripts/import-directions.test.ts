import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');

/**
 * The floors of each house, from the ground up: a room may import from itself and from those it names, which
 * all stand above it in the list. `.` is the top folder, the public face.
 */
const houses: Record<string, Record<string, readonly string[]>> = {
  'runtimes/typescript/src': {
    timing: [],
    errors: [],
    codec: ['errors'],
    control: ['errors', 'codec'],
    wire: ['errors', 'codec', 'control'],
    session: ['timing', 'errors', 'codec', 'control', 'wire'],
    transport: ['errors', 'session'],
    'host/launch': ['timing', 'errors', 'transport'],
    'host/supervise': ['timing', 'errors', 'session', 'transport', 'host/launch'],
    'host/manager/config': ['errors', 'host/supervise'],
    'host/manager': ['errors', 'session', 'host/launch', 'host/supervise', 'host/manager/config'],
    host: ['host/supervise', 'host/manager'],
    plugin: ['timing', 'errors', 'codec', 'wire', 'session', 'transport'],
    client: ['errors', 'session', 'transport'],
    '.': ['errors', 'session', 'transport', 'host', 'plugin', 'client'],
  },
  'compiler/src': {
    diagnostics: ['.'],
    syntax: ['.', 'diagnostics'],
    check: ['.', 'diagnostics', 'syntax'],
    contract: ['.', 'diagnostics', 'syntax', 'check'],
    load: ['.', 'diagnostics', 'syntax', 'contract', 'check'],
    printer: [],
    'emit/typescript/tables': ['.', 'printer', 'emit', 'emit/typescript'],
    'emit/typescript/codecs': ['.', 'printer', 'emit', 'emit/typescript'],
    'emit/typescript/skeleton': ['.', 'printer', 'emit', 'emit/typescript'],
    'emit/typescript': ['.', 'printer', 'emit', 'emit/typescript/tables', 'emit/typescript/codecs'],
    'emit/go/tables': ['.', 'printer', 'emit', 'emit/go'],
    'emit/go/codecs': ['.', 'printer', 'emit', 'emit/go'],
    'emit/go/skeleton': ['.', 'printer', 'emit', 'emit/go'],
    'emit/go': ['.', 'printer', 'emit', 'emit/go/tables', 'emit/go/codecs'],
    emit: ['.', 'printer'],
  },
};

function sourceFiles(directory: string): string[] {
  return readdirSync(directory, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts'))
    .map((entry) => join(entry.parentPath, entry.name));
}

function roomOf(house: string, file: string, rooms: readonly string[]): string {
  const path = relative(house, file).split(sep).join('/');
  const within = rooms.filter((room) => path.startsWith(`${room}/`));
  return within.sort((a, b) => b.length - a.length)[0] ?? '.';
}

/** Each import of a file in the same house, as [from, to]. */
function imports(file: string): string[] {
  const text = readFileSync(file, 'utf8');
  return [...text.matchAll(/(?:from|import)\s*\(?'(\.[^']+)'/g)].map((match) =>
    join(dirname(file), match[1] as string),
  );
}

for (const [place, rooms] of Object.entries(houses)) {
  describe(`imports in ${place} run one way`, () => {
    const house = join(root, place);
    const names = Object.keys(rooms);
    for (const file of sourceFiles(house)) {
      it(relative(house, file), () => {
        const from = roomOf(house, file, names);
        for (const target of imports(file)) {
          const to = roomOf(house, target, names);
          const allowed = to === from || (rooms[from] ?? ['.']).includes(to) || rooms[from] === undefined;
          assert.ok(allowed, `${from} may not import from ${to}: ${relative(house, target)}`);
        }
      });
    }

    it('in no circle of files', () => {
      const graph = new Map(sourceFiles(house).map((file) => [file, imports(file)]));
      const done = new Set<string>();
      const walk = (file: string, path: readonly string[]): void => {
        assert.ok(
          !path.includes(file),
          `a circle: ${[...path, file].map((each) => relative(house, each)).join(' -> ')}`,
        );
        if (done.has(file)) return;
        for (const next of graph.get(file) ?? []) walk(next, [...path, file]);
        done.add(file);
      };
      for (const file of graph.keys()) walk(file, []);
    });
  });
}

describe('sockets', () => {
  it('are opened by the transport, and by the launcher for its own directory and ports, alone', () => {
    const house = join(root, 'runtimes/typescript/src');
    const users = sourceFiles(house)
      .filter((file) =>
        /^import (?!type|\{ isIP\w* \}).*'node:(net|tls|dgram)'/m.test(readFileSync(file, 'utf8')),
      )
      .map((file) => roomOf(house, file, ['transport', 'host/launch']));
    assert.deepEqual([...new Set(users)].sort(), ['host/launch', 'transport']);
  });
});
