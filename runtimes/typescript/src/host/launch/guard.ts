import { type ChildProcess, spawn } from 'node:child_process';

/**
 * Reads lines `+ <group>` and `- <group>` until the host's end of the pipe is gone, then asks the groups that are left
 * to end, kills those that have not within a second, and removes the host's directory ($1). Most hosts that die so
 * are stopped by Ctrl-C, and their plugins have something to put away. A group is forgotten as soon as it is seen
 * to be gone, so that no id that was given to somebody else is hit. It ignores the signals that reach a whole terminal or service,
 * because it has to outlive the host, if only by a moment.
 */
const SCRIPT = `
trap '' HUP INT QUIT TERM PIPE
groups=' '
while read -r verb group; do
  case $verb in
    +) groups="$groups$group " ;;
    -) case $groups in *" $group "*) groups="\${groups%% $group *} \${groups#* $group }" ;; esac ;;
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
`;

/** A guard that died sooner than this is not replaced until the next plugin starts. */
const MIN_LIFE_MS = 1_000;
const MAX_END_MS = 2_000;

/**
 * A small shell process that outlives the host just long enough to kill the plugins it leaves behind and to remove
 * its directory, however it ends. Groups are taken off the list the moment their process is gone, so that no reused id is ever hit.
 */
export class Guard {
  readonly #directory: string;
  readonly #groups = new Set<number>();
  #shell: ChildProcess | undefined;
  #closed = false;

  constructor(directory: string) {
    this.#directory = directory;
    this.#start();
  }

  add(group: number): void {
    this.#groups.add(group);
    if (this.#shell === undefined) this.#start();
    else this.#tell('+', group);
  }

  remove(group: number): void {
    this.#groups.delete(group);
    this.#tell('-', group);
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
      if (this.#groups.size > 0 && performance.now() - startedMs > MIN_LIFE_MS) this.#start();
    });
    // Neither the process nor the pipe keeps the host alive.
    shell.unref();
    (shell.stdin as unknown as { unref?: () => void } | null)?.unref?.();
    for (const group of this.#groups) this.#tell('+', group);
  }

  #spawn(): ChildProcess | undefined {
    try {
      return spawn('/bin/sh', ['-c', SCRIPT, 'pluginart-guard', this.#directory], {
        cwd: '/',
        // Its own session: signals to the host's terminal or group do not reach it.
        detached: true,
        env: { PATH: '/usr/bin:/bin' },
        stdio: ['pipe', 'ignore', 'ignore'],
      });
    } catch {
      // Out of processes or descriptors: the next plugin that starts tries again.
      return undefined;
    }
  }

  #tell(verb: '+' | '-', group: number): void {
    const pipe = this.#shell?.stdin;
    if (pipe?.writable) pipe.write(`${verb} ${group}\n`);
  }
}
