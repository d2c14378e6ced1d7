/** Names and what they stand for, in the strings of a case. */
export type Variables = Map<string, unknown>;

/**
 * Replaces `${name}` in strings; where it is the whole string, by the value as it is. An object
 * `{ "$text": piece, "times": n }` becomes a long string.
 * @throws Error for a name that stands for nothing
 */
export function fill(value: unknown, variables: Variables): unknown {
  if (typeof value === 'string') return fillText(value, variables);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => fill(item, variables));
  if ('$text' in value && 'times' in value) return String(value.$text).repeat(Number(value.times));
  if ('$nest' in value && 'times' in value) return nested(value as unknown as Nesting);
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, fill(item, variables)]));
}

function fillText(text: string, variables: Variables): unknown {
  const whole = /^\$\{(\w+)\}$/.exec(text);
  if (whole !== null) return find(whole[1] as string, variables);
  return text.replaceAll(/\$\{(\w+)\}/g, (_, name: string) => String(find(name, variables)));
}

function find(name: string, variables: Variables): unknown {
  if (!variables.has(name)) throw new Error(`nothing is called \${${name}}`);
  return variables.get(name);
}

interface Nesting {
  readonly $nest: Readonly<Record<string, unknown>>;
  /** The key under which the next one lies. */
  readonly under: string;
  readonly times: number;
}

/** `{ "$nest": {...}, "under": key, "times": n }`: objects within each other, n of them. */
function nested({ $nest, under, times }: Nesting): unknown {
  let value: Record<string, unknown> = { ...$nest };
  for (let depth = 1; depth < times; depth++) value = { ...$nest, [under]: value };
  return value;
}
