import assert from 'node:assert/strict';
import { formatDiagnostic } from '../../src/diagnostics/format.ts';
import { type LoadResult, loadSchema } from '../../src/load/load-schema.ts';
import type { Schema } from '../../src/model.ts';

/** Loads `main.fbs` from files given as text. */
export function loadText(
  files: string | Readonly<Record<string, string | Uint8Array>>,
  includePaths: string[] = [],
): LoadResult {
  const byPath = typeof files === 'string' ? { 'main.fbs': files } : files;
  const readFile = (path: string) => {
    const content = byPath[path];
    return typeof content === 'string' ? Buffer.from(content) : content;
  };
  return loadSchema('main.fbs', { readFile, includePaths });
}

/** The schema of a text without errors. */
export function schemaOf(files: Parameters<typeof loadText>[0], includePaths: string[] = []): Schema {
  const { schema, diagnostics } = loadText(files, includePaths);
  assert.ok(schema !== undefined, shown(diagnostics));
  return schema;
}

/** `line:column message`, and `| hint` where there is one, of every error in the text. */
export function errorsIn(files: Parameters<typeof loadText>[0]): string[] {
  const { schema, diagnostics } = loadText(files);
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  assert.equal(schema === undefined, errors.length > 0, 'a schema is given exactly when there is no error');
  return errors.map(line);
}

/** The same of every warning. */
export function warningsIn(files: Parameters<typeof loadText>[0]): string[] {
  return loadText(files)
    .diagnostics.filter(({ severity }) => severity === 'warning')
    .map(line);
}

function line({ place, message, hint }: LoadResult['diagnostics'][number]): string {
  const file = place.file === 'main.fbs' ? '' : `${place.file}:`;
  return `${file}${place.line}:${place.column} ${message}${hint === undefined ? '' : ` | ${hint}`}`;
}

function shown(diagnostics: LoadResult['diagnostics']): string {
  return diagnostics.map((diagnostic) => formatDiagnostic(diagnostic, { color: false })).join('\n');
}
