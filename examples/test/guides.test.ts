import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { test } from 'node:test';
import { repository } from './documentation.ts';
import { skipWithoutGo } from './go.ts';
import { type GuideStep, guideSteps, writeStep } from './guide.ts';
import { skipWithoutPython } from './python.ts';

/** The guides have plugins and hosts in every language. */
const skip = skipWithoutGo || skipWithoutPython;

/** A reader follows each of these from top to bottom, in a folder of their own, outside of the checkout. */
const guides = [
  'docs/getting-started.md',
  'docs/typescript.md',
  'docs/go.md',
  'docs/python.md',
  'docs/protocol.md',
];

const environment = {
  ...process.env,
  PLUGINART: repository,
  PATH: [join(repository, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
  PIP_DISABLE_PIP_VERSION_CHECK: '1',
  npm_config_prefer_offline: 'true',
  npm_config_loglevel: 'error',
};

/** The checkout is set up already. */
const isReaders = (step: GuideStep) => step.kind === 'file' || !step.script.startsWith('npm run setup');

for (const guide of guides) {
  test(`${guide} works as written`, { skip }, () => {
    const folder = mkdtempSync(join(tmpdir(), 'guide-'));
    try {
      for (const step of guideSteps(guide).filter(isReaders)) {
        if (step.kind === 'file') {
          writeStep(folder, step);
          continue;
        }
        const output = execFileSync('sh', ['-euc', step.script], {
          cwd: folder,
          encoding: 'utf8',
          env: environment,
          stdio: ['ignore', 'pipe', 'pipe'],
        });
        if (step.prints !== undefined) {
          assert.equal(timeless(output), timeless(step.prints), `under "${step.heading}" of ${guide}`);
        }
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
}

/** What a trace of the wire says, but for when. */
function timeless(output: string): string {
  return output.replaceAll(/ *\d+ ms/g, ' … ms');
}

test('a guide is followed to its end', () => {
  const steps = guideSteps('docs/getting-started.md');
  assert.ok(steps.filter(({ kind }) => kind === 'file').length >= 6);
  assert.ok(steps.filter((step) => step.kind === 'run' && step.prints !== undefined).length >= 2);
});
