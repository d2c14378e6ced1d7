import { protocolVariables } from './environment.ts';
import type { Address } from './instance.ts';
import type { DockerLaunch } from './launch-spec.ts';
import { passesThroughShell } from './starting-gate.ts';

/** Where the folder of a plugin's socket is mounted. */
const SOCKET_FOLDER_INSIDE = '/run/pluginart';
export const SOCKET_NAME = 'plugin.sock';
/** Where the client reads variables from that cannot come by its own environment. */
const ENV_FILE = '/dev/fd/3';
/** Variables that steer docker's client, or the programs on the way to it. */
const STEERING = /^(?:DOCKER|BUILDKIT|LD|DYLD|GO\w*|SSL)_|^(?:PATH|HOME|GODEBUG|ENV|BASH_ENV)$|_proxy$/i;

/** A container in the making. */
export interface ContainerPlan {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  /** Where the host reaches it. */
  readonly address: Address;
  /** The host's folder for its socket; undefined with TCP. */
  readonly socketFolder: string | undefined;
  readonly token: string;
  /** Whom it runs as; undefined: whom the image says. */
  readonly user: string | undefined;
}

/** How `docker` is called to run it. */
export interface DockerRun {
  readonly args: readonly string[];
  /** For the client; of the plugin's variables it holds those that `args` names. */
  readonly env: Readonly<Record<string, string>>;
  /** What the client reads from descriptor 3; undefined: nothing. */
  readonly input: string | undefined;
}

/**
 * Attached, so that its output and end are seen at once and stdin is its lifeline. Nothing that is secret stands among
 * the arguments, which every user of the machine may see.
 * @throws TypeError a variable that steers the client has a line end in its value
 */
export function dockerRun(
  launch: DockerLaunch,
  plan: ContainerPlan,
  clientEnv: Readonly<Record<string, string>>,
): DockerRun {
  const variables = variablesOf(launch, plan);
  const named = Object.keys(variables).filter((name) => isFreeName(name, clientEnv));
  const filed = Object.keys(variables).filter((name) => !named.includes(name));
  const env: Record<string, string> = { ...clientEnv };
  for (const name of named) env[name] = variables[name]!;
  const args = [
    // Its output is the host's to keep: the engine would fill a disk with it.
    ...['run', '--interactive', '--init', '--rm', '--log-driver', 'none'],
    ...['--pull', launch.pull, '--name', plan.name],
    ...Object.entries(plan.labels).flatMap(([name, value]) => ['--label', `${name}=${value}`]),
    ...reach(plan),
    ...named.flatMap((name) => ['--env', name]),
    ...(filed.length === 0 ? [] : ['--env-file', ENV_FILE]),
    ...confinement(launch, plan),
    ...[launch.image, ...launch.args],
  ];
  return { args, env, input: filed.length === 0 ? undefined : envFile(filed, variables) };
}

function variablesOf({ env }: DockerLaunch, { address, token }: ContainerPlan): Record<string, string> {
  const seenByPlugin: Address =
    address.kind === 'unix'
      ? { kind: 'unix', path: `${SOCKET_FOLDER_INSIDE}/${SOCKET_NAME}` }
      : { kind: 'tcp', host: '0.0.0.0', port: address.port };
  return { ...env, ...protocolVariables(seenByPlugin, token) };
}

/** Whether the client can have it in its environment, and nobody on the way takes it for their own. */
function isFreeName(name: string, clientEnv: Readonly<Record<string, string>>): boolean {
  return passesThroughShell(name) && !STEERING.test(name) && !Object.hasOwn(clientEnv, name);
}

function envFile(names: readonly string[], variables: Readonly<Record<string, string>>): string {
  return names
    .map((name) => {
      if (/[\r\n]/.test(variables[name]!) || /^\s|\s|^#/.test(name)) {
        throw new TypeError(
          `the variable ${name} cannot be given to a container with a value of several lines`,
        );
      }
      return `${name}=${variables[name]}\n`;
    })
    .join('');
}

function reach({ address, socketFolder }: ContainerPlan): string[] {
  if (address.kind === 'tcp') return ['--publish', `${address.host}:${address.port}:${address.port}`];
  // The flag is a line of CSV.
  const source = `"source=${socketFolder?.replaceAll('"', '""')}"`;
  return ['--mount', `type=bind,${source},target=${SOCKET_FOLDER_INSIDE}`];
}

function confinement(launch: DockerLaunch, { user }: ContainerPlan): string[] {
  const { memory, cpus, pids } = launch.resources;
  return [
    ...['--cap-drop', 'ALL', ...launch.capabilities.flatMap((name) => ['--cap-add', name])],
    ...(launch.noNewPrivileges ? ['--security-opt', 'no-new-privileges'] : []),
    ...(launch.readOnly ? ['--read-only'] : []),
    ...['--tmpfs', `/tmp:mode=1777,size=${launch.tmpSize}`, '--pids-limit', `${pids}`],
    ...(memory === undefined ? [] : ['--memory', memory]),
    ...(cpus === undefined ? [] : ['--cpus', `${cpus}`]),
    ...(user === undefined ? [] : ['--user', user]),
    ...(launch.network === undefined ? [] : ['--network', launch.network]),
  ];
}
