import { type ChildProcess, spawn } from 'node:child_process';

import { clientEnvironment } from './docker-client.ts';

/**
 * Reads lines until the host's end of the pipe is gone: `+ <group>` and `- <group>` for processes, `docker <file>`,
 * `run <name>` and `gone <name>` for containers. Then it asks the groups that are left to end (docker's client passes
 * that on), kills those that have not within a second, and removes the host's directory ($1), then the containers. Most
 * hosts that die so are stopped by Ctrl-C, and their plugins have something to put away. A group is forgotten as soon as
 * it is seen to be gone, so that no id that was given to somebody else is hit. Containers are removed twice, as the engine
 * may have been about to make one; an engine that does not answer is given half a minute. The guard ignores the signals
 * that reach a whole terminal or service, because it has to outlive the host, if only by a moment.
 */
const SCRIPT = `
trap '' HUP INT QUIT TERM PIPE
groups=' '
containers=' '
while read -r verb what; do
  case $verb in
    +) groups="$groups$what " ;;
    -) case $groups in *" $what "*) groups="\${groups%% $what *} \${groups#* $what }" ;; esac ;;
    docker) docker=$what ;;
    run) containers="$containers$what " ;;
    gone) case $containers in *" $what "*) containers="\${containers%% $what *} \${containers#* $what }" ;; esac ;;
  esac
done
signal() {
  left=' '
  for group in $groups; do kill "-$1" "-$group" && left="$left$group "; done
  groups=$left
}
signal TERM
for tenth in 1 2 3 4 5 6 7 8 9 10; do
  [ "$groups" = ' ' ] || { sleep 0.1; signal 0; }
done
signal KILL
rm -rf -- "$1"
[ "$containers" = ' ' ] && exit
{ "$docker" rm --force --volumes $containers; sleep 1; "$docker" rm --force --volumes $containers; } &
for second in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
  kill -0 $! || exit
  sleep 1
done
kill -KILL 0
`;

/** A guard that died sooner than this is not replaced until the next plugin starts. */
const MIN_LIFE_MS = 1_000;
const MAX_END_MS = 2_000;

/**
 * A small shell process that outlives the host just long enough to kill the plugins it leaves behind, containers too, and
 * to remove its directory, however it ends. Groups are taken off the list the moment their process is gone, so that no reused id is ever hit.
 */
export class Guard {
  readonly #directory: string;
  readonly #groups = new Set<number>();
  readonly #containers = new Set<string>();
  #docker = '';
  #shell: ChildProcess | undefined;
  #closed = false;

  constructor(directory: string) {
    this.#directory = directory;
    this.#start();
  }

  add(group: number): void {
    this.#groups.add(group);
    this.#startOrTell('+', group);
  }

  remove(group: number): void {
    this.#groups.delete(group);
    this.#tell('-', group);
  }

  /** @param docker the absolute path of the command to remove it by */
  addContainer(docker: string, name: string): void {
    this.#docker = docker;
    this.#containers.add(name);
    this.#tell('docker', docker);
    this.#startOrTell('run', name);
  }

  removeContainer(name: string): void {
    this.#containers.delete(name);
    this.#tell('gone', name);
  }

  /** Ends the guard; what is still on its list is killed. */
  async close(): Promise<void> {
    this.#closed = true;
    const shell = this.#shell;
    if (shell?.pid === undefined || shell.exitCode !== null || shell.signalCode !== null) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => shell.kill('SIGKILL'), MAX_END_MS);
      shell.ref();
      shell.once('exit', () => {
        clearTimeout(timer);
        resolve();
      });
      shell.stdin?.end();
    });
  }

  #start(): void {
    const startedMs = performance.now();
    const shell = this.#spawn();
    if (shell === undefined) return;
    this.#shell = shell;
    shell.on('error', () => {
      // There is no shell (in an image without one, plugins still have their lifeline), or no room for it now.
      if (shell.pid === undefined) this.#shell = undefined;
    });
    shell.stdin?.on('error', () => {});
    shell.once('exit', () => {
      shell.stdin?.destroy();
      if (this.#closed) return;
      this.#shell = undefined;
      if (this.#groups.size + this.#containers.size > 0 && performance.now() - startedMs > MIN_LIFE_MS)
        this.#start();
    });
    // Neither the process nor the pipe keeps the host alive.
    shell.unref();
    (shell.stdin as unknown as { unref?: () => void } | null)?.unref?.();
    for (const group of this.#groups) this.#tell('+', group);
    if (this.#docker !== '') this.#tell('docker', this.#docker);
    for (const name of this.#containers) this.#tell('run', name);
  }

  #startOrTell(verb: '+' | 'run', what: number | string): void {
    if (this.#shell === undefined) this.#start();
    else this.#tell(verb, what);
  }

  #spawn(): ChildProcess | undefined {
    try {
      return spawn('/bin/sh', ['-c', SCRIPT, 'pluginart-guard', this.#directory], {
        cwd: '/',
        // Its own session: signals to the host's terminal or group do not reach it.
        detached: true,
        env: {
          ...clientEnvironment(process.env),
          PATH: [process.env.PATH, '/usr/bin:/bin'].filter(Boolean).join(':'),
        },
        stdio: ['pipe', 'ignore', 'ignore'],
      });
    } catch {
      // Out of processes or descriptors: the next plugin that starts tries again.
      return undefined;
    }
  }

  #tell(verb: '+' | '-' | 'docker' | 'run' | 'gone', what: number | string): void {
    const pipe = this.#shell?.stdin;
    if (pipe?.writable) pipe.write(`${verb} ${what}\n`);
  }
}
