import * as z from 'zod';
import { addressPattern, parseAddress } from './address.ts';
import { containerShape, isUnpublished, noPort } from './container-shape.ts';
import { duration, integer, text, transport } from './fields.ts';

/**
 * What `pluginart.toml` may hold: the validator, the types (`ConfigFile`, `PluginEntry`) and the JSON Schema
 * all come from here. Issues speak as "… must be …"; the key they concern is put before them by whoever reports.
 */

/** What holds where neither a plugin's entry nor `[defaults]` says anything. */
export const builtInDefaults = {
  startup_timeout: '5s',
  shutdown_timeout: '10s',
  health_interval: '2s',
  unresponsive_timeout: '30s',
  max_restarts: 5,
  restart_backoff_max: '30s',
  stable_after: '10s',
  call_timeout: '30s',
  max_message_bytes: 4_194_304,
  min_protocol: 1,
  compression: 'none',
} as const;

/** How long one attempt to connect to a remote plugin may take, unless it says. */
export const defaultDialTimeoutMs = 5_000;

/** Keys that stand in `[defaults]` and, for one plugin, in its own entry. */
const overridable = {
  startup_timeout: duration('How long a plugin may take to get ready.', builtInDefaults.startup_timeout),
  shutdown_timeout: duration(
    'How long a plugin may take to stop before it is killed; "0s" kills it at once.',
    builtInDefaults.shutdown_timeout,
    'zero allowed',
  ),
  health_interval: duration('The time between two pings.', builtInDefaults.health_interval),
  unresponsive_timeout: duration(
    'Silence with calls open for this long restarts the plugin.',
    builtInDefaults.unresponsive_timeout,
  ),
  max_restarts: integer(
    'Consecutive failures after which a plugin is given up on; 0 = at the first.',
    0,
    1_000_000,
    builtInDefaults.max_restarts,
  ),
  restart_backoff_max: duration(
    'The longest wait before a restart. Waits begin at 1s and double.',
    builtInDefaults.restart_backoff_max,
  ),
  stable_after: duration(
    'Ready for this long, a plugin has its failures forgotten.',
    builtInDefaults.stable_after,
    'zero allowed',
  ),
  call_timeout: duration(
    'For unary calls that name no timeout; "0s" = none.',
    builtInDefaults.call_timeout,
    'zero allowed',
  ),
  max_message_bytes: integer(
    'The largest message the host takes. Plugins of protocol version 1 send at most 4194304 whatever it says.',
    1024,
    4_294_967_295,
    builtInDefaults.max_message_bytes,
  ),
  min_protocol: z
    .union([z.literal(1), z.literal(2)], { error: 'must be 1 or 2' })
    .meta({
      description: '2 refuses plugins that speak protocol version 1 only.',
      default: builtInDefaults.min_protocol,
    })
    .optional(),
  compression: z
    .literal('none', { error: 'must be "none": compression is not available yet; leave the key out' })
    .meta({ description: 'Only "none" so far.', default: builtInDefaults.compression })
    .optional(),
};

/** Keys of every type of plugin. */
export const common = {
  name: text(
    'What the host calls it by. Unique in the file.',
    /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/,
    'must be 1 to 64 letters, digits, ".", "_" or "-", and begin with a letter or digit',
  ),
  contract_hash: text(
    'The contract that both sides must have, as `pluginart validate schema.fbs` prints it. Either this or `schema`.',
    /^sha256:[0-9a-f]{64}$/,
    'must be "sha256:" and 64 lowercase hex digits, as `pluginart validate schema.fbs` prints them',
  ).optional(),
  schema: text(
    'The schema file from which the contract hash is computed, relative to this file. Either this or `contract_hash`.',
    /^[^\0]+$/,
    'must be the path of a .fbs file',
  ).optional(),
  optional: z
    .boolean()
    .meta({ description: 'The host starts without this plugin.', default: false })
    .optional(),
  ...overridable,
};

const args = z
  .array(text('One argument.', /^[^\0]*$/, 'must not hold a NUL character'))
  .meta({ description: 'Arguments for the plugin, after its path or image.', default: [] })
  .optional();

const env = z
  .record(
    z.string().check((context) => {
      const wrong = wrongEnvName(context.value);
      if (wrong !== undefined) context.issues.push({ code: 'custom', message: wrong, input: context.value });
    }),
    text('The value.', /^[^\0]*$/, 'must not hold a NUL character'),
  )
  .meta({ description: "Variables for the plugin's environment, over the host's. PLUGIN_* may not be set." })
  .optional();

function wrongEnvName(name: string): string | undefined {
  if (name.startsWith('PLUGIN_'))
    return 'may not be set: variables that begin with PLUGIN_ belong to pluginart';
  if (!/^[^=\0]+$/.test(name)) return 'is no name for a variable: it is empty, or holds "=" or NUL';
  return undefined;
}

const binary = z
  .strictObject({
    type: z.literal('binary').meta({ description: 'A program that the host starts.' }).optional(),
    path: text(
      'The program. Relative paths are relative to this file; a name without a slash is looked up on PATH.',
      /^[^\0]+$/,
      'must be the path of a program',
    ),
    args,
    transport: transport('unix'),
    env,
    inherit_env: z
      .union([z.boolean(), z.array(z.string())], {
        error: 'must be true, false, or a list of names of variables',
      })
      .meta({
        description: "All of the host's environment, none of it, or the variables listed.",
        default: true,
      })
      .optional(),
    cwd: text(
      "The plugin's working directory, relative to this file. Default: this file's directory.",
      /^[^\0]+$/,
      'must be the path of a directory',
    ).optional(),
    ...common,
  })
  .meta({ title: 'A program that the host starts' });

const docker = z
  .strictObject({
    type: z.literal('docker').meta({ description: 'A container that the host starts.' }),
    args,
    env,
    ...containerShape,
    ...common,
  })
  .superRefine(({ network, transport }, context) => {
    if (network !== undefined && transport !== 'unix' && isUnpublished(network)) {
      context.addIssue({ code: 'custom', path: ['network'], message: noPort });
    }
  })
  .meta({ title: 'A container that the host starts' });

const remote = z
  .strictObject({
    type: z.literal('remote').meta({ description: 'A plugin that somebody else runs.' }),
    address: z
      .string()
      .meta({
        description: 'Where it listens: `host:port`, an IPv6 address in brackets.',
        pattern: addressPattern,
      })
      .transform((value, context) => {
        const address = parseAddress(value);
        if (address !== undefined) return address;
        context.addIssue('must be "host:port", such as "plugins.example.com:9000" or "[::1]:9000"');
        return z.NEVER;
      }),
    transport: z
      .literal('tcp', { error: 'must be "tcp": plugins of type "remote" are reached by TCP only' })
      .meta({ description: 'TCP is the only one.', default: 'tcp' })
      .optional(),
    dial_timeout: duration('How long one attempt to connect may take.', `${defaultDialTimeoutMs / 1000}s`),
    token_env: text(
      "The name of the host's variable that holds the secret shared with the plugin (hex digits, the plugin's PLUGIN_TOKEN).",
      /^[^=\s\0]+$/,
      'must be the name of an environment variable',
    ).optional(),
    ...common,
  })
  .meta({ title: 'A plugin that somebody else runs' });

const kinds = { binary, docker, remote };
export type PluginType = keyof typeof kinds;
export const pluginTypes = Object.keys(kinds) as PluginType[];

/** The keys that an entry of this type may have. */
export function pluginKeys(type: PluginType): string[] {
  return Object.keys(kinds[type].shape);
}

export const defaultsShape = z
  .strictObject(overridable)
  .meta({ description: 'For every plugin that does not say otherwise.' });

export const pluginShape = z.discriminatedUnion('type', [binary, docker, remote], {
  error: 'must be "binary", "docker" or "remote"',
});

export const configShape = z
  .strictObject({
    version: z.literal(1, { error: 'must be 1' }).meta({ description: 'The version of this format.' }),
    defaults: defaultsShape.optional(),
    plugins: z.array(pluginShape).meta({ description: 'The plugins, one `[[plugins]]` each.' }).optional(),
  })
  .meta({ title: 'pluginart.toml', description: 'The plugins of a host.' });

export type ConfigDefaults = z.infer<typeof defaultsShape>;
export type PluginEntry = z.infer<typeof pluginShape>;
export type ConfigFile = z.infer<typeof configShape>;
