import type { GeneratedFile } from '../generated-file.ts';
import { type EmitContext, SourceFile } from './source-file.ts';

/** `contract.ts`: the hash of the schema, and for plugins its text. */
export function emitContractFile(context: EmitContext, target: 'host' | 'plugin'): GeneratedFile {
  const file = new SourceFile(context, 'contract.ts');
  const { body } = file;
  const { contractHash, text } = context.schema;
  body.line(
    '/** Names the schema that this code was generated from; both sides of a call must have the same. */',
  );
  body.line(`export const CONTRACT_HASH = '${contractHash}';`);
  if (target === 'plugin') {
    body.blank();
    body.line('/** The schema itself, for tools that ask a running plugin. */');
    body.raw(`export const SCHEMA = ${templateLiteral(text)};`);
  }
  return file.finish();
}

/** Keeps the lines of the text. Carriage returns have to be escaped: JavaScript drops them from templates. */
function templateLiteral(text: string): string {
  return `\`${text
    .replace(/[\\`]|\$(?=\{)/g, '\\$&')
    .replaceAll('\r', '\\r')
    .replaceAll('\ufeff', '\\ufeff')}\``;
}
