import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Undefined where the native compiler is not installed. */
export function flatcVersion(): string | undefined {
  const { status, stdout } = spawnSync('flatc', ['--version'], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/** One schema in the hands of native flatc: turns many values at once from JSON to bytes and back. */
export class FlatcSchema {
  readonly #directory = mkdtempSync(join(tmpdir(), 'pluginart-flatc-'));

  /** @throws what flatc says where it rejects the schema */
  constructor(text: string) {
    mkdirSync(join(this.#directory, 'out'));
    writeFileSync(join(this.#directory, 's.fbs'), text);
    // Of the text form flatc --json refuses what one of its languages lacks: string members, vectors of unions.
    this.#run('--binary', '--schema', '--strict-json', 's.fbs');
  }

  /** The bytes of each JSON text. */
  encode(texts: readonly string[]): Buffer[] {
    const names = texts.map((text, i) => this.#write(`v${i}.json`, text));
    this.#run('--binary', '-o', 'out', 's.bfbs', ...names);
    return texts.map((_text, i) => readFileSync(join(this.#directory, 'out', `v${i}.bin`)));
  }

  /** The JSON text of each message, with defaults. */
  decode(messages: readonly Uint8Array[]): string[] {
    const names = messages.map((message, i) => this.#write(`m${i}.bin`, message));
    this.#run(
      '--json',
      '--strict-json',
      '--raw-binary',
      '--defaults-json',
      '-o',
      'out',
      's.bfbs',
      '--',
      ...names,
    );
    return messages.map((_message, i) => readFileSync(join(this.#directory, 'out', `m${i}.json`), 'utf8'));
  }

  close(): void {
    rmSync(this.#directory, { recursive: true, force: true });
  }

  #write(name: string, content: string | Uint8Array): string {
    writeFileSync(join(this.#directory, name), content);
    return name;
  }

  #run(...args: string[]): void {
    try {
      execFileSync('flatc', args, { cwd: this.#directory, encoding: 'utf8', stdio: 'pipe' });
    } catch (error) {
      const { stdout, stderr } = error as { stdout: string; stderr: string };
      throw new Error(`flatc ${args.join(' ').slice(0, 100)} failed: ${(stdout + stderr).trim()}`);
    }
  }
}
