import { kebabCase } from '../../../printer/index.ts';
import type { GeneratedFile } from '../../generated-file.ts';
import type { GoSkeletonOptions } from './options.ts';

const ours = 'github.com/dlahoza/pluginart';
const flatbuffers = 'github.com/google/flatbuffers';

/** The name of a plugin's Go module, and of the executable that `go build` makes of it. @param name the plugin's */
export function goModuleName(name: string): string {
  return `${kebabCase(name)}-plugin`;
}

/**
 * `go.mod`, and with a checkout `go.sum`, so that it builds at once. What a plugin imports of ours needs the official
 * flatbuffers and nothing else; go.sum has more than that.
 */
export function moduleFiles(options: GoSkeletonOptions): GeneratedFile[] {
  const { version, checkout } = options;
  const lines = [`module ${goModuleName(options.name)}`, '', 'go 1.26', ''];
  if (checkout === undefined) {
    lines.push(`require ${ours} v${version}`);
    return [{ path: 'go.mod', text: `${lines.join('\n')}\n` }];
  }
  lines.push('require (', `\t${ours} v${version}`, `\t${requirement(checkout.mod, flatbuffers)}`, ')', '');
  lines.push(`replace ${ours} => ${quotePath(checkout.path)}`);
  return [
    { path: 'go.mod', text: `${lines.join('\n')}\n` },
    { path: 'go.sum', text: checkout.sum },
  ];
}

/** `path version` of a module that a go.mod requires. */
function requirement(mod: string, module: string): string {
  const lines = mod.split('\n').map((line) => line.replace(/^require |\/\/.*/g, '').trim());
  const found = lines.find((line) => line.startsWith(`${module} `));
  if (found === undefined) throw new TypeError(`the checkout's go.mod does not require ${module}`);
  return found;
}

function quotePath(path: string): string {
  return /^[\w./@+~-]+$/.test(path) ? path : JSON.stringify(path);
}
