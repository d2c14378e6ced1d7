/** The pluginart schema compiler: FlatBuffers schema text in, typed code out. */
export type { Diagnostic } from './diagnostics/diagnostic.ts';
export { type FormatOptions, formatDiagnostic } from './diagnostics/format.ts';
export { isGenerated } from './emit/is-generated.ts';
export {
  defaultPluginName,
  generatePluginSkeleton,
  type SkeletonOptions,
} from './emit/typescript/skeleton/index.ts';
export { type LoadOptions, type LoadResult, loadSchema } from './load/load-schema.ts';
export type * from './model.ts';
