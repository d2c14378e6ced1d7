import { type GeneratedFile, generateBindings, generateGoBindings, type Schema } from '@pluginart/compiler';
import { version } from './version.ts';

/** The files of one side's bindings in one language, their paths relative to `--out`. */
export function bindingsOf(
  schema: Schema,
  language: 'typescript' | 'go',
  target: 'host' | 'plugin',
): GeneratedFile[] {
  if (language === 'go') return generateGoBindings(schema, { target, version: version() });
  return generateBindings(schema, { language, target, version: version() });
}
