import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { GeneratedFile } from '../../src/emit/generated-file.ts';
import { moduleFiles } from '../../src/emit/go/skeleton/module-files.ts';
import { root } from '../emit/generated.ts';

/** False with a loud line where Go is missing; PLUGINART_STRICT=1 makes the tests run, and fail. */
export const hasGo = spawnSync('go', ['version']).status === 0 || process.env.PLUGINART_STRICT === '1';
if (!hasGo) process.stderr.write('\n*** GENERATED GO IS NOT TESTED: go is not on PATH ***\n\n');

export const skipWithoutGo = hasGo ? false : 'GENERATED GO IS NOT TESTED: go is not on PATH';

/** A Go module of its own, over this checkout; its name is `generated-plugin`. */
export class GoModule {
  readonly path = mkdtempSync(join(tmpdir(), 'pluginart-go-'));

  constructor() {
    const text = (name: string): string => readFileSync(join(root, name), 'utf8');
    const checkout = { path: root, mod: text('go.mod'), sum: text('go.sum') };
    for (const { path, text } of moduleFiles({
      name: 'generated',
      plumbing: '',
      version: '0.0.0',
      checkout,
    })) {
      this.write(path, text);
    }
  }

  write(path: string, text: string): void {
    const full = join(this.path, path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text);
  }

  writeAll(folder: string, files: readonly GeneratedFile[]): void {
    for (const { path, text } of files) this.write(`${folder}/${path}`, text);
  }

  /** What a command prints, on both ways out; empty = it had nothing to say. */
  run(command: string, ...args: readonly string[]): string {
    const { error, stdout, stderr, status } = spawnSync(command, args, { cwd: this.path, encoding: 'utf8' });
    if (error !== undefined) throw error;
    return status === 0 ? stdout : `${stdout}${stderr}` || `${command} ended with ${status}`;
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }
}
