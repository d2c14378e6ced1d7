import { kebabCase } from '../../../printer/index.ts';
import type { SkeletonOptions } from './options.ts';

/** What a plugin is built with; the versions that this tool was tested with. */
const buildTools = { '@types/node': '24.19.2', typescript: '7.0.2' };
const flatbuffers = '25.9.23';

export function packageManifest({ name, runtime }: SkeletonOptions): string {
  return json({
    name: `${kebabCase(name)}-plugin`,
    version: '0.1.0',
    private: true,
    type: 'module',
    engines: { node: '>=22.18' },
    scripts: { build: 'tsc', start: 'node dist/plugin.js' },
    dependencies: { flatbuffers, pluginart: runtime },
    devDependencies: buildTools,
  });
}

export function tsconfig({ plumbing }: SkeletonOptions): string {
  return json({
    compilerOptions: {
      target: 'es2024',
      lib: ['es2024', 'esnext.disposable'],
      module: 'nodenext',
      types: ['node'],
      rootDir: '.',
      outDir: 'dist',
      sourceMap: true,
      strict: true,
      exactOptionalPropertyTypes: true,
      noUncheckedIndexedAccess: true,
      verbatimModuleSyntax: true,
      erasableSyntaxOnly: true,
      skipLibCheck: true,
    },
    include: ['*.ts', `${plumbing}/**/*.ts`],
  });
}

function json(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
