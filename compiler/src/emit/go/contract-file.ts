import type { Contract } from '../../model.ts';
import { stringLiteral } from '../../printer/index.ts';
import type { GeneratedFile } from '../generated-file.ts';
import { type GoContext, GoFile } from './source-file.ts';

/** `contract.go`: the hash of the schema, for plugins its text, and the package's own comment. */
export function emitContractFile(
  context: GoContext,
  contract: Contract,
  target: 'host' | 'plugin',
): GeneratedFile {
  const file = new GoFile(context, 'contract.go');
  const { body } = file;
  const { contractHash, text } = context.schema;
  body.line(
    '// ContractHash names the schema that this code was generated from; both sides of a call must have the same.',
  );
  body.line(`const ContractHash = "${contractHash}"`);
  if (target === 'plugin') {
    body.blank();
    body.line('// Schema is the schema itself, for tools that ask a running plugin.');
    body.raw(`const Schema = ${textLiteral(text)}`);
  }
  const side = target === 'host' ? 'calls plugins that serve' : 'serves';
  return file.finish([`Package ${context.packageName} ${side} ${contract.name}.`]);
}

/** A raw string where it can hold the text: not a backquote, nor what Go would drop or refuse. */
function textLiteral(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: it is they that are looked for
  return /[`\r\ufeff\u0000]/.test(text) ? stringLiteral(text, '"') : `\`${text}\``;
}
