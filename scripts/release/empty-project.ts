import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder outside of the checkout, where somebody installs what was packed and uses it. */
export class EmptyProject implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'pluginart-packed-'));

  write(path: string, text: string): void {
    writeFileSync(join(this.folder, path), text);
  }

  /** Runs a script as one who pastes it into a shell, and returns what it prints. */
  run(script: string, env: Readonly<Record<string, string>> = {}): string {
    return execFileSync('sh', ['-euc', script], {
      cwd: this.folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, npm_config_prefer_offline: 'true', npm_config_loglevel: 'error', ...env },
    });
  }

  [Symbol.dispose](): void {
    // Go's module cache is read-only.
    execFileSync('chmod', ['-R', 'u+w', this.folder]);
    rmSync(this.folder, { recursive: true });
  }
}
