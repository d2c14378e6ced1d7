import { kebabCase } from '../../../printer/index.ts';
import type { GeneratedFile } from '../../generated-file.ts';
import type { GoSkeletonOptions } from './options.ts';

const ours = 'github.com/dlahoza/pluginart';
const flatbuffers = 'github.com/google/flatbuffers';

/** The name of a plugin's Go module, and of the executable that `go build` makes of it. @param name the plugin's */
export function goModuleName(name: string): string {
  return `${kebabCase(name)}-plugin`;
}

/** `go.mod`, and with a checkout `go.sum`: what the module there needs is known, so that it builds at once. */
export function moduleFiles(options: GoSkeletonOptions): GeneratedFile[] {
  const { version, checkout } = options;
  const lines = [`module ${goModuleName(options.name)}`, '', 'go 1.26', ''];
  if (checkout === undefined) {
    lines.push(`require ${ours} v${version}`);
    return [{ path: 'go.mod', text: `${lines.join('\n')}\n` }];
  }
  const needed = requirements(checkout.mod);
  const direct = needed.filter((requirement) => requirement.startsWith(`${flatbuffers} `));
  const indirect = needed.filter((requirement) => !direct.includes(requirement));
  lines.push(
    'require (',
    `\t${ours} v${version}`,
    ...direct.map((requirement) => `\t${requirement}`),
    ')',
    '',
  );
  if (indirect.length > 0) {
    lines.push('require (', ...indirect.map((requirement) => `\t${requirement} // indirect`), ')', '');
  }
  lines.push(`replace ${ours} => ${quotePath(checkout.path)}`);
  return [
    { path: 'go.mod', text: `${lines.join('\n')}\n` },
    { path: 'go.sum', text: checkout.sum },
  ];
}

/** `path version` of every module that a go.mod requires. */
function requirements(mod: string): string[] {
  const blocks = [...mod.matchAll(/^require \(\n([^)]*)\)/gm)].flatMap(([, block]) => block!.split('\n'));
  const single = [...mod.matchAll(/^require ([^(\n]+)$/gm)].map(([, line]) => line!);
  return [...blocks, ...single]
    .map((line) => line.replace(/\/\/.*/, '').trim())
    .filter((line) => line !== '')
    .sort();
}

function quotePath(path: string): string {
  return /^[\w./@+~-]+$/.test(path) ? path : JSON.stringify(path);
}
