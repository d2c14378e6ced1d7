import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * The folder of the TypeScript runtime where this command runs from a checkout, whose packages npm may not have;
 * undefined where it was installed from npm.
 */
export function checkoutRuntime(): string | undefined {
  const manifest = new URL('../../runtimes/typescript/package.json', import.meta.url);
  if (!existsSync(manifest)) return undefined;
  const { name } = JSON.parse(readFileSync(manifest, 'utf8')) as { name?: string };
  return name === 'pluginart' ? fileURLToPath(new URL('.', manifest)).replace(/\/$/, '') : undefined;
}
