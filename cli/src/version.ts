import { fs } from './builtins.ts';

/** This package's version, which is also that of the compiler and the runtime it generates for. */
export function version(): string {
  const text = fs.readFileSync(new URL('../package.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}
