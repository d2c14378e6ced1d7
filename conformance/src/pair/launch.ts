import { type AdapterImage, imageTag } from '../matrix/adapter-image.ts';
import { type Cell, needsNoOffer } from '../matrix/cell.ts';
import { builtFolder } from '../matrix/folders.ts';
import type { PairCase } from '../suite/suite.ts';
import { Relay } from '../wire/relay.ts';
import type { Trace } from '../wire/trace.ts';
import { RemotePlugin } from './remote-plugin.ts';

/** A container is made, and on a busy machine not in five seconds. */
const containerStartup = '60s';

/** How a configuration names the plugin, and what runs besides the host for it. */
export interface Launch {
  /** Keys of the plugin's entry. */
  readonly entry: Readonly<Record<string, unknown>>;
  /** Where wire/tap.ts writes what it hears. */
  readonly recording?: string | undefined;
  readonly remote?: RemotePlugin | undefined;
  readonly relay?: Relay | undefined;
}

export interface LaunchOptions {
  readonly cell: Cell;
  /** Of the plugin, over those that it has anyhow. */
  readonly env: Readonly<Record<string, string>>;
  /** Hex. */
  readonly secret: string;
  readonly secrets: PairCase['secrets'];
  /** Something listens, and tells it. Nothing can where the plugin is in a container. */
  readonly trace: Trace | undefined;
  readonly recordingPath: string;
}

/** @throws Error where a remote plugin does not start */
export function launch(options: LaunchOptions): Launch | Promise<Launch> {
  const { transport, plugin } = options.cell;
  if (transport === 'remote') return remote(options);
  if (transport === 'docker') return container(plugin.plugin.image as AdapterImage, options.env);
  return binary(options);
}

function container(image: AdapterImage, env: Readonly<Record<string, string>>): Launch {
  const { args = [] } = image;
  return {
    entry: { type: 'docker', image: imageTag(image), args, env, startup_timeout: containerStartup },
  };
}

function binary({ cell, env, trace, recordingPath }: LaunchOptions): Launch {
  const withoutOffer = needsNoOffer(cell);
  const recording = trace === undefined ? undefined : recordingPath;
  const tap = [
    process.execPath,
    `${builtFolder}/src/wire/tap.js`,
    ...(withoutOffer ? ['--without-offer'] : []),
    ...(recording === undefined ? [] : ['--record', recording]),
    '--',
  ];
  const { command } = cell.plugin.plugin;
  const [path, ...args] = withoutOffer || recording !== undefined ? [...tap, ...command] : command;
  return { entry: { path, args, transport: cell.transport, env }, recording };
}

async function remote({ cell, env, secret, secrets, trace }: LaunchOptions): Promise<Launch> {
  const { host: hostKnows, plugin: pluginKnows } = secrets ?? { host: 'same', plugin: 'same' };
  const isSecret = cell.version === 2 || secrets !== undefined;
  const plugin = await RemotePlugin.start(
    cell.plugin.plugin.command,
    { ...process.env, ...env },
    isSecret && pluginKnows === 'same' ? secret : undefined,
  );
  const withoutOffer = needsNoOffer(cell);
  const relay =
    withoutOffer || trace !== undefined
      ? await Relay.open('127.0.0.1:0', plugin.address, {
          withoutOffer,
          ...(trace !== undefined && { listener: () => trace.connection() }),
        })
      : undefined;
  const variable = hostKnows === 'same' ? 'CONFORMANCE_SECRET' : 'CONFORMANCE_OTHER_SECRET';
  const entry = {
    type: 'remote',
    address: relay?.address ?? plugin.address,
    token_env: isSecret && hostKnows !== 'none' ? variable : undefined,
  };
  return { entry, remote: plugin, relay };
}
