/** The pluginart schema compiler: FlatBuffers schema text in, typed code out. */
export type { Diagnostic } from './diagnostics/diagnostic.ts';
export { type FormatOptions, formatDiagnostic } from './diagnostics/format.ts';
export type { GeneratedFile } from './emit/generated-file.ts';
export { type GoBindingsOptions, generateGoBindings } from './emit/go/bindings.ts';
export { type CodecPackageOptions, generateCodecPackage } from './emit/go/codec-package.ts';
export {
  type GoCheckout,
  type GoSkeletonOptions,
  generateGoPluginSkeleton,
  goModuleName,
} from './emit/go/skeleton/index.ts';
export { isGenerated } from './emit/is-generated.ts';
export { generatePythonBindings, type PythonBindingsOptions } from './emit/python/bindings.ts';
export {
  generatePythonCodecs,
  generatePythonEnum,
  type PythonCodecOptions,
} from './emit/python/codec-modules.ts';
export {
  generatePythonPluginSkeleton,
  type PythonSkeletonOptions,
} from './emit/python/skeleton/index.ts';
export { type BindingsOptions, generateBindings } from './emit/typescript/bindings.ts';
export {
  type CodecModulesOptions,
  generateCodecModules,
  generateEnumModule,
} from './emit/typescript/codec-modules.ts';
export {
  defaultPluginName,
  generatePluginSkeleton,
  type SkeletonOptions,
} from './emit/typescript/skeleton/index.ts';
export { type LoadOptions, type LoadResult, loadSchema } from './load/load-schema.ts';
export type * from './model.ts';
