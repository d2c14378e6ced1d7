import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after } from 'node:test';
import { fileURLToPath } from 'node:url';

const command = fileURLToPath(new URL('../bin/pluginart.js', import.meta.url));

export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A folder of its own for one test file, in which the built command is run as a process. */
export class Workspace {
  readonly folder = mkdtempSync(join(tmpdir(), 'pluginart-cli-'));

  constructor() {
    after(() => rmSync(this.folder, { recursive: true, force: true }));
  }

  /** Runs `pluginart` with these arguments, without a terminal. */
  run(...args: string[]): Outcome {
    return this.runWith({}, ...args);
  }

  runWith(env: NodeJS.ProcessEnv, ...args: string[]): Outcome {
    const result = spawnSync(process.execPath, [command, ...args], {
      cwd: this.folder,
      encoding: 'utf8',
      env: { ...process.env, NO_COLOR: undefined, FORCE_COLOR: undefined, ...env },
    });
    return { code: result.status, stdout: result.stdout, stderr: result.stderr };
  }

  path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  write(path: string, text: string): string {
    const full = this.path(path);
    mkdirSync(dirname(full), { recursive: true });
    writeFileSync(full, text);
    return full;
  }

  read(path: string): string {
    return readFileSync(this.path(path), 'utf8');
  }
}

export const echoSchema = `namespace echo;

rpc_service Echo {
  Echo(EchoRequest): EchoResponse;
}

table EchoRequest { input: string (required); }
table EchoResponse { output: string (required); }
`;
