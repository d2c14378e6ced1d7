import { join } from 'node:path';
import { fs } from './builtins.ts';

/**
 * The folder of the TypeScript runtime where this command runs from a checkout, whose packages npm may not have;
 * undefined where it was installed from npm.
 */
export function checkoutRuntime(): string | undefined {
  const folder = join(import.meta.dirname, '..', '..', 'runtimes', 'typescript');
  const manifest = join(folder, 'package.json');
  if (!fs.existsSync(manifest)) return undefined;
  const { name } = JSON.parse(fs.readFileSync(manifest, 'utf8')) as { name?: string };
  return name === 'pluginart' ? folder : undefined;
}
