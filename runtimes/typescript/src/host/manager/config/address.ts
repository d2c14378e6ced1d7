import { isIPv6 } from 'node:net';

/** What an address looks like, for the JSON Schema. */
export const addressPattern = '^(\\[([0-9A-Fa-f:.]+(?:%[\\w.-]+)?)\\]|([^\\s:/\\[\\]@]+)):([0-9]{1,5})$';

const shape = new RegExp(addressPattern);

/** Reads `host:port`, an IPv6 address being in brackets, which the host comes back without; undefined = no address. */
export function parseAddress(text: string): { host: string; port: number } | undefined {
  const [, , ipv6, name, digits] = shape.exec(text) ?? [];
  const port = Number(digits);
  if (!(port >= 1 && port <= 65_535)) return undefined;
  if (ipv6 !== undefined) return isIPv6(ipv6) ? { host: ipv6, port } : undefined;
  return name === undefined ? undefined : { host: name, port };
}

/** Whether bytes to this host stay on this machine. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(\.\d{1,3}){3}$/.test(host);
}
