import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
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

const checkout = fileURLToPath(new URL('../..', import.meta.url));

/** Lets code in the workspace find the checkout's packages, as `npm install` would, but without npm. */
export function linkPackages(workspace: Workspace): void {
  mkdirSync(workspace.path('node_modules'), { recursive: true });
  for (const name of ['pluginart', 'flatbuffers', '@types', 'undici-types']) {
    symlinkSync(join(checkout, 'node_modules', name), workspace.path('node_modules', name));
  }
}

/** Runs the checkout's TypeScript compiler in a folder of the workspace. Gives what it complains about. */
export function compile(workspace: Workspace, folder: string): string {
  const tsc = join(checkout, 'node_modules', 'typescript', 'bin', 'tsc');
  const { stdout, stderr } = spawnSync(process.execPath, [tsc, '-p', workspace.path(folder)], {
    encoding: 'utf8',
  });
  return stdout + stderr;
}
