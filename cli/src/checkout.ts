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

/** The folder of the Go module, the same way. */
export function checkoutGoModule(): string | undefined {
  const folder = join(import.meta.dirname, '..', '..');
  const manifest = join(folder, 'go.mod');
  if (!fs.existsSync(manifest)) return undefined;
  return fs.readFileSync(manifest, 'utf8').startsWith('module github.com/dlahoza/pluginart\n')
    ? folder
    : undefined;
}

/** The folder of the Python package, the same way. */
export function checkoutPythonPackage(): string | undefined {
  const folder = join(import.meta.dirname, '..', '..', 'runtimes', 'python');
  const manifest = join(folder, 'pyproject.toml');
  if (!fs.existsSync(manifest)) return undefined;
  return /^name = "pluginart"$/m.test(fs.readFileSync(manifest, 'utf8')) ? folder : undefined;
}
