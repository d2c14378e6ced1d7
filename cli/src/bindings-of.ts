import {
  type GeneratedFile,
  generateBindings,
  generateGoBindings,
  generatePythonBindings,
  type Schema,
} from '@pluginart/compiler';
import type { Language } from './language.ts';
import { version } from './version.ts';

/** The files of one side's bindings in one language, their paths relative to `--out`. */
export function bindingsOf(schema: Schema, language: Language, target: 'host' | 'plugin'): GeneratedFile[] {
  const options = { target, version: version() };
  switch (language) {
    case 'go':
      return generateGoBindings(schema, options);
    case 'python':
      return generatePythonBindings(schema, options);
    case 'typescript':
      return generateBindings(schema, { language, ...options });
  }
}
