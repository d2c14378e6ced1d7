import type { Evidence } from '../../errors/index.ts';
import type { DockerLaunch } from './launch-spec.ts';

/** Why docker did not run a container; the sentences continue `plugin "x" could not be started: `. */
export interface DockerRefusal {
  readonly what: string;
  /** Somebody else took the port: another one may do. */
  readonly portTaken: boolean;
}

interface Reason {
  readonly says: RegExp;
  explain(launch: DockerLaunch, found: RegExpExecArray): string;
}

const PORT_TAKEN = /port is already allocated|address already in use/i;

/** What docker's client, its engine, or docker-init says, the more particular first. */
const REASONS: readonly Reason[] = [
  {
    says: /permission denied while trying to connect to the docker (?:daemon socket|API)(?: at (\S+))?/i,
    explain: (_launch, [, where]) =>
      `this user may not talk to the docker engine${where === undefined ? '' : ` at ${clean(where)}`}: ` +
      'add it to the group of that socket (Debian: adduser <user> docker), which makes it as powerful as root, or use a rootless engine',
  },
  {
    says: /cannot connect to the docker daemon(?: at (\S+))?|failed to connect to the docker API(?: at (\S+))?|error during connect/i,
    explain: (_launch, [, where, there]) =>
      `no docker engine answers${(where ?? there) === undefined ? '' : ` at ${clean((where ?? there)!)}`}: ` +
      'start it (systemctl start docker), or see whether DOCKER_HOST and "docker context ls" name the right one',
  },
  {
    says: /context "?([^" ]+)"?(?: does not exist|: context not found)/i,
    explain: (_launch, [, name]) =>
      `there is no docker context "${name}": "docker context ls" lists them; DOCKER_CONTEXT and "docker context use" choose one`,
  },
  {
    says: /error response from daemon: .*(?:get|head) "https?:\/\/([^"/]+)/i,
    explain: ({ image }, [, registry]) =>
      `image "${image}" could not be pulled, as the registry at ${registry} did not give it: ` +
      'see that the engine reaches that and may pull from it (docker login), or docker build the image and set pull = "never"',
  },
  {
    says: /no such image|unable to find image|manifest (?:for \S+ )?(?:unknown|not found)|pull access denied/i,
    explain: ({ image, pull }) =>
      pull === 'never'
        ? `the engine has no image "${image}": docker build or docker pull it, or set pull = "missing"`
        : `there is no image "${image}", neither on the engine nor at its registry`,
  },
  {
    says: PORT_TAKEN,
    explain: () => 'each port that was tried for it had been taken by somebody else meanwhile',
  },
  {
    // docker only warns, as an emulator may run it. What then fails to start shows that there is none.
    says: /image's platform \((\S+)\) does not match the detected host platform \((\S+)\)[\s\S]*(?:exec \S+ failed|exec format error)/i,
    explain: ({ image }, [, built, engine]) =>
      `image "${image}" is built for ${built}, and the engine runs ${engine}: docker build it there, or with --platform`,
  },
  {
    says: /exec format error/i,
    explain: ({ image }) =>
      `the program of image "${image}" is built for another kind of machine than this engine's, or is a script without #!`,
  },
  {
    says: /docker-init.*not found/i,
    explain: () => "the engine has no docker-init: install it beside dockerd (Debian's package is tini)",
  },
  {
    says: /exec (\S+) failed: no such file or directory|exec: "([^"]+)": (?:executable file not found|stat|no such file)/i,
    explain: ({ image }, [, tini, runc]) =>
      `image "${image}" has no program ${tini ?? runc}, or not the interpreter or library that it needs`,
  },
  {
    says: /exec (\S+) failed: permission denied|exec: "([^"]+)": permission denied/i,
    explain: ({ image }, [, tini, runc]) =>
      `${tini ?? runc} of image "${image}" is not executable for its user`,
  },
  {
    says: /no command specified/i,
    explain: ({ image }) => `image "${image}" says not what to run: give it an ENTRYPOINT, or args`,
  },
  {
    says: /unable to find user (\S+?):|no matching entries in passwd file/i,
    explain: ({ image, user }, [, asked]) =>
      user === undefined
        ? `image "${image}" is to run as the user "${asked}" and has none of that name: let its USER be a number, or set user`
        : `image "${image}" has no user "${user}": give its number`,
  },
  {
    says: /network (\S+) not found/i,
    explain: (_launch, [, network]) => `the engine has no network ${network}: docker network create it`,
  },
];

/** How docker's client, docker-init and the engine begin what they have to say themselves. */
const DOCKER_SAYS = /^(?:docker: |\[FATAL tini|exec \S+: exec format error)|docker endpoint/m;
/** What they exit with where the program did not run at all. */
const NOT_RUN = [1, 125, 126, 127];

/** Undefined where the plugin itself ran, and ended. */
export function whyRefused(launch: DockerLaunch, evidence: Evidence): DockerRefusal | undefined {
  const text = evidence.stderr.join('\n');
  if (!NOT_RUN.includes(evidence.exitCode ?? 0) || !DOCKER_SAYS.test(text)) return undefined;
  for (const { says, explain } of REASONS) {
    const found = says.exec(text);
    if (found !== null) return { what: explain(launch, found), portTaken: says === PORT_TAKEN };
  }
  return { what: 'docker could not run it', portTaken: false };
}

/** What in a container differs from elsewhere, and may have been the end of a plugin that ran; begins with `; `. */
export function hintOf(launch: DockerLaunch, { stderr }: Evidence): string {
  const text = stderr.join('\n');
  if (launch.readOnly && /EROFS|read-only file system/i.test(text)) {
    return '; its file system is read-only but for /tmp (read_only)';
  }
  if (/EAGAIN|resource temporarily unavailable|can't start new thread|pthread_create failed/i.test(text)) {
    return `; at most ${launch.resources.pids} processes and threads may run in it (resources.pids)`;
  }
  return '';
}

/** Why a container that is ready cannot be connected to; `code` is the operating system's. Begins with `; `. */
export function hintOfUnreachable({ transport, user }: DockerLaunch, code: string | undefined): string {
  if (transport === 'unix') {
    const whose = user === undefined ? 'its user there' : `user "${user}"`;
    return code === 'EACCES'
      ? `; ${whose} made a socket that this host may not use: leave user out, or set transport = "tcp"`
      : '';
  }
  // Where docker's own proxy is reached, the engine is on this machine, and nobody listens behind it.
  return code === undefined
    ? '; it has to listen at PLUGIN_ADDR, which is 0.0.0.0 and a port in there, before it prints READY'
    : '; a port is published on the machine of the engine, which has to be this one: see DOCKER_HOST and "docker context ls"';
}

function clean(text: string): string {
  return text.replace(/[.:;,]+$/, '');
}
