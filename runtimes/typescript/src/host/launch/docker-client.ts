import { execFile } from 'node:child_process';
import { createInterface } from 'node:readline';

import { StartupError } from '../../errors/index.ts';
import { findExecutable } from './find-executable.ts';

/** No single question to an engine that answers at all takes this long. */
const PATIENCE_MS = 10_000;
const PLAIN_NAME = /^[A-Za-z_]\w*$/;

/** The `docker` command, as this host would use it in a shell: with its DOCKER_HOST, contexts and credentials. */
export class DockerClient {
  /** Absolute. */
  readonly file: string;
  readonly env: Readonly<Record<string, string>>;

  constructor(file: string, env: Readonly<Record<string, string>>) {
    this.file = file;
    this.env = env;
  }

  /** @throws StartupError where there is none */
  static async find(plugin: string): Promise<DockerClient> {
    try {
      const file = await findExecutable(plugin, 'docker', process.env.PATH);
      return new DockerClient(file, clientEnvironment(process.env));
    } catch (cause) {
      throw new StartupError(
        `plugin "${plugin}" could not be started: there is no docker command on this host's PATH; ` +
          "install Docker (https://docs.docker.com/get-docker; Debian's package is docker.io)",
        { cause, plugin, origin: 'local' },
      );
    }
  }

  /** Whether the engine has taken it. */
  async signal(container: string, signal: 'TERM'): Promise<boolean> {
    return (await this.ask(['kill', '--signal', signal, container])) !== undefined;
  }

  async isRunning(container: string): Promise<boolean> {
    return (await this.ask(['inspect', '--format', '{{.State.Running}}', container]))?.trim() === 'true';
  }

  /** Kills and removes, with anonymous volumes. Whether none of them is there any more. */
  async remove(...containers: string[]): Promise<boolean> {
    const said = await this.#run(['rm', '--force', '--volumes', ...containers]);
    const left = said.stderr
      .split('\n')
      .filter((line) => line.trim() !== '' && !/no such container/i.test(line));
    return said.ok || (said.stderr !== '' && left.length === 0);
  }

  /** What a command prints; undefined where it fails or takes more than ten seconds. */
  async ask(args: readonly string[]): Promise<string | undefined> {
    const { ok, stdout } = await this.#run(args);
    return ok ? stdout : undefined;
  }

  /**
   * Whether the kernel killed something in a container, which must be gone, for want of memory; undefined where the
   * engine does not say in time.
   */
  ranOutOfMemory(container: string, timeoutMs: number): Promise<boolean | undefined> {
    // All that the engine still knows of it; the end of the container is the last there is.
    const filters = [`container=${container}`, 'event=oom', 'event=destroy'].flatMap((it) => [
      '--filter',
      it,
    ]);
    const args = ['events', '--since', '1', ...filters, '--format', '{{.Action}}'];
    return new Promise((resolve) => {
      const child = execFile(this.file, args, { env: this.env, cwd: '/', timeout: timeoutMs }, () =>
        resolve(undefined),
      );
      createInterface(child.stdout!).on('line', (action) => {
        if (action !== 'oom' && action !== 'destroy') return;
        resolve(action === 'oom');
        child.kill('SIGKILL');
      });
    });
  }

  #run(args: readonly string[]): Promise<{ ok: boolean; stdout: string; stderr: string }> {
    const options = { env: this.env, timeout: PATIENCE_MS, killSignal: 'SIGKILL' } as const;
    return new Promise((resolve) => {
      execFile(this.file, args, options, (error, stdout, stderr) => {
        resolve({ ok: error === null, stdout, stderr });
      });
    });
  }
}

/** The host's environment less what belongs to a plugin that the host itself may be, and what no shell passes on. */
export function clientEnvironment(host: NodeJS.ProcessEnv): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(host)) {
    if (value !== undefined && PLAIN_NAME.test(name) && !name.startsWith('PLUGIN_'))
      environment[name] = value;
  }
  return environment;
}
