import type { Implementation } from './implementation.ts';

/** `docker`: the plugin in a container, by a published port. */
export const transports = ['unix', 'tcp', 'remote', 'docker'] as const;
export type Transport = (typeof transports)[number];

/** One field of the matrix. */
export interface Cell {
  readonly host: Implementation;
  readonly plugin: Implementation;
  readonly transport: Transport;
  readonly version: 1 | 2;
}

/** `ts/go/unix/v2`: host, plugin, transport, version. */
export function cellName({ host, plugin, transport, version }: Cell): string {
  return `${host.id}/${plugin.id}/${transport}/v${version}`;
}

/** All fields of the matrix. Where a side speaks version 1 only there is no field of version 2. */
export function allCells(implementations: readonly Implementation[]): Cell[] {
  return implementations.flatMap((host) =>
    implementations.flatMap((plugin) =>
      transports.flatMap((transport) =>
        ([2, 1] as const).map((version) => ({ host, plugin, transport, version })).filter(exists),
      ),
    ),
  );
}

function exists(cell: Cell): boolean {
  const { host, plugin, transport, version } = cell;
  if (version === 2 && speaks2(host.host) + speaks2(plugin.plugin) < 2) return false;
  if (transport !== 'docker') return true;
  // The host gives the container its address: nobody can stand between them, and take the offer out.
  return host.host.features.includes('docker') && plugin.plugin.image !== undefined && !needsNoOffer(cell);
}

/** Whether the offer has to be taken out on the way, as both sides could speak version 2. */
export function needsNoOffer({ host, plugin, version }: Cell): boolean {
  return version === 1 && speaks2(host.host) + speaks2(plugin.plugin) === 2;
}

function speaks2({ features }: { readonly features: readonly string[] }): number {
  return features.includes('version-2') ? 1 : 0;
}

/** Whether a name fits a pattern in which `*` stands for anything. */
export function fits(name: string, pattern: string): boolean {
  const parts = pattern.split('*').map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.*')}$`).test(name);
}
