/** A pluginart.toml with one plugin, of plain values; what is undefined is left out. */
export function pluginConfig(entry: Readonly<Record<string, unknown>>): string {
  const lines = Object.entries(entry)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key} = ${literal(value)}`);
  return `version = 1\n\n[[plugins]]\n${lines.join('\n')}\n`;
}

function literal(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  const pairs = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)} = ${literal(item)}`);
  return `{ ${pairs.join(', ')} }`;
}
