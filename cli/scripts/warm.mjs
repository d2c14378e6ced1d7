// Runs the joined command on the example schemas, and keeps what V8 compiled on the way in dist/joined.cache.
import { mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadJoined } from '../bin/load-joined.js';

const dist = join(import.meta.dirname, '..', 'dist');
const examples = join(import.meta.dirname, '..', '..', 'examples', 'schema');
const out = mkdtempSync(join(tmpdir(), 'pluginart-warm-'));
try {
  const { script, run } = loadJoined(join(dist, 'joined.js'), undefined);
  for (const name of readdirSync(examples).filter((file) => file.endsWith('.fbs'))) {
    const schema = ['--schema', join(examples, name)];
    await run(['validate', ...schema]);
    await run(['gen', 'bindings', '--target', 'host', ...schema, '--out', join(out, name, 'host')]);
    // The second time the files are there.
    await run(['gen', 'bindings', '--target', 'host', ...schema, '--out', join(out, name, 'host')]);
    await run(['gen', 'plugin', ...schema, '--out', join(out, name, 'plugin')]);
  }
  const cache = join(dist, 'joined.cache');
  writeFileSync(`${cache}.${process.pid}`, script.createCachedData());
  renameSync(`${cache}.${process.pid}`, cache);
} finally {
  rmSync(out, { recursive: true });
}
