/** The order in which biome sorts imports: packages, then relative paths, those further up first. */
export function compareModules(a: string, b: string): number {
  const [left, right] = [rank(a), rank(b)];
  return left === right ? compareNames(withoutExtension(a), withoutExtension(b)) : left - right;
}

function rank(module: string): number {
  return module.startsWith('.') ? 1 / (1 + module.split('../').length) : 0;
}

function withoutExtension(module: string): string {
  return module.replace(/\.[jt]s$/, '');
}

/** The order in which biome sorts names: letter by letter, capitals first, runs of digits as numbers. */
export function compareNames(a: string, b: string): number {
  const left = a.match(/\d+|\D/g) ?? [];
  const right = b.match(/\d+|\D/g) ?? [];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const order = comparePieces(left[i]!, right[i]!);
    if (order !== 0) return order;
  }
  return left.length - right.length;
}

function comparePieces(a: string, b: string): number {
  if (a === b) return 0;
  if (/\d/.test(a) && /\d/.test(b)) return Number(a) - Number(b);
  const [left, right] = [a.toLowerCase(), b.toLowerCase()];
  if (left === right) return a < b ? -1 : 1;
  return left < right ? -1 : 1;
}
