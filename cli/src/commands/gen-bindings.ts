import { basename, join } from 'node:path';
import { bindingsOf } from '../bindings-of.ts';
import type { ExitCode, Input } from '../command.ts';
import { languageOf } from '../language.ts';
import { readSchema } from '../read-schema.ts';
import { printFileReport } from '../report-files.ts';
import { removeStale } from '../stale-files.ts';
import { printJson } from '../terminal.ts';
import { writeFiles } from '../write-files.ts';

export async function run(input: Input): Promise<ExitCode> {
  const language = languageOf(input);
  const schema = await readSchema(input);
  const target = input.values.get('target') === 'plugin' ? 'plugin' : 'host';
  const out = input.values.get('out') ?? 'gen';
  const files = bindingsOf(schema, language, target);
  const planned = files.map(({ path, text }) => ({ path: join(out, path), text }));
  const { written, unchanged } = writeFiles(planned);
  const removed = removeStale(out, planned, basename(schema.file));
  const report = { written, unchanged, removed, kept: [] };
  if (input.flags.has('json')) printJson({ contractHash: schema.contractHash, ...report });
  else printFileReport(report);
  return 0;
}
