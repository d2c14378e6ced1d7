import * as z from 'zod';
import { containerDefaults } from '../../supervise/plugin-spec.ts';
import { integer, text, transport } from './fields.ts';

const size = /^[1-9][0-9]*[bkmgBKMG]?$/;

const limits = {
  memory: text(
    'At most this much memory, as `docker run --memory` takes it. Default: no limit.',
    size,
    'must be a size such as "256m" or "1g"',
  ).optional(),
  cpus: z
    .number()
    .positive({ error: 'must be above zero' })
    .meta({
      description: 'At most this many processors, as `docker run --cpus` takes it. Default: no limit.',
    })
    .optional(),
  pids: integer('At most this many processes and threads.', 1, 4_194_304, containerDefaults.resources.pids),
};
export const resourceKeys = Object.keys(limits);

/** Networks where docker publishes no port of the container: on `host` the plugin would even listen on all interfaces. */
export function isUnpublished(network: string): boolean {
  return network === 'none' || network === 'host' || network.startsWith('container:');
}

export const noPort = 'publishes no port, so it needs transport = "unix"';

/** The keys of `type = "docker"` that no other type has. */
export const containerShape = {
  image: text(
    'The image.',
    /^[A-Za-z0-9][^\s\0]*$/,
    'must be the name of a Docker image, such as "acme/echo:1.2"',
  ),
  transport: transport(containerDefaults.transport),
  resources: z.strictObject(limits).meta({ description: 'Limits of the container.' }).optional(),
  pull: z
    .enum(['never', 'missing', 'always'], { error: 'must be "never", "missing" or "always"' })
    .meta({
      description: 'When a registry is asked for the image; a download counts towards `startup_timeout`.',
      default: containerDefaults.pull,
    })
    .optional(),
  user: text(
    'Whom it runs as: a user of the image or `uid:gid`. Default: the image\'s user; with `transport = "unix"`, where the host is not root, the host\'s.',
    /^[A-Za-z0-9_][A-Za-z0-9_.-]*(?::[A-Za-z0-9_][A-Za-z0-9_.-]*)?$/,
    'must be a user such as "node", "1000" or "1000:1000"',
  ).optional(),
  network: text(
    'The network that it is attached to, as `docker run --network` takes it. Default: the engine\'s. "none" needs `transport = "unix"`.',
    /^[A-Za-z0-9][A-Za-z0-9_.:-]*$/,
    'must be the name of a docker network, or "none"',
  ).optional(),
  read_only: z
    .boolean()
    .meta({
      description:
        'Nothing but /tmp can be written to. Risk of false: what breaks in can leave something behind.',
      default: containerDefaults.readOnly,
    })
    .optional(),
  tmp_size: text(
    'How much /tmp may hold. It is kept in memory, and counts towards `resources.memory`.',
    size,
    'must be a size such as "64m" or "1g"',
  )
    .meta({ default: containerDefaults.tmpSize })
    .optional(),
  no_new_privileges: z
    .boolean()
    .meta({
      description:
        'No program gains rights by being set-user-ID. Risk of false: sudo and its like work in there.',
      default: containerDefaults.noNewPrivileges,
    })
    .optional(),
  capabilities: z
    .array(
      text(
        'One capability.',
        /^[A-Z][A-Z_]*$/,
        'must be the name of a capability such as "NET_BIND_SERVICE"',
      ),
    )
    .meta({
      description: 'Linux capabilities that are left to it; each gives its root a power over this machine.',
      default: containerDefaults.capabilities,
    })
    .optional(),
};
