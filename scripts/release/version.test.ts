import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { root, versionedFiles, versionsIn } from './versioned-files.mjs';

const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };

for (const file of versionedFiles) {
  test(`${file.path} has the version of all packages`, () => {
    const versions = versionsIn(file);
    assert.notEqual(versions.length, 0);
    assert.deepEqual([...new Set(versions)], [version]);
  });
}

test('CHANGELOG.md says what is in that version', () => {
  assert.match(readFileSync(join(root, 'CHANGELOG.md'), 'utf8'), new RegExp(`^## ${version}\\b`, 'm'));
});
