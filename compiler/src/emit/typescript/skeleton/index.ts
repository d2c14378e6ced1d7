import type { Schema } from '../../../model.ts';
import type { GeneratedFile } from '../../generated-file.ts';
import { contractNames } from '../names.ts';
import { dockerfile } from './dockerfile.ts';
import { handlerFile } from './handler-file.ts';
import type { SkeletonOptions } from './options.ts';
import { packageManifest, tsconfig } from './package-files.ts';
import { pluginFile } from './plugin-file.ts';

export type { SkeletonOptions } from './options.ts';

/**
 * The files of a plugin that are its author's own: an entry point, a handler for each method that answers with a
 * valid value of the schema, and what it takes to build and ship them. Paths are relative to the plugin's folder.
 * @throws TypeError where the schema declares no methods
 */
export function generatePluginSkeleton(schema: Schema, options: SkeletonOptions): GeneratedFile[] {
  const { contract } = schema;
  if (contract === undefined) throw new TypeError(`${schema.file} declares no methods`);
  return [
    { path: 'Dockerfile', text: dockerfile(options) },
    { path: 'handler.ts', text: handlerFile(schema, contract, options.plumbing) },
    { path: 'package.json', text: packageManifest(options) },
    { path: 'plugin.ts', text: pluginFile(contract, options.plumbing) },
    { path: 'tsconfig.json', text: tsconfig(options) },
  ];
}

/** What a plugin of this schema is called where nobody says otherwise: its service's name, `image-tools`. */
export function defaultPluginName(schema: Schema): string | undefined {
  return schema.contract === undefined ? undefined : contractNames(schema.contract).plugin;
}
