import type { Contract } from '../../model.ts';
import type { GeneratedFile } from '../generated-file.ts';
import { pythonString } from './literal.ts';
import { type PythonContext, PythonFile } from './source-file.ts';

/** `contract.py`: the hash of the schema, and for plugins its text. */
export function emitContractFile(
  context: PythonContext,
  contract: Contract,
  target: 'host' | 'plugin',
): GeneratedFile {
  const file = new PythonFile(context, 'contract.py');
  const { body } = file;
  const { contractHash, text } = context.schema;
  file.constants(false);
  body.line(`CONTRACT_HASH = "${contractHash}"`);
  body.line(
    '"""Names the schema that this code was generated from; both sides of a call must have the same."""',
  );
  if (target === 'plugin') {
    body.blank();
    body.line('SCHEMA = (');
    body.indented(() => {
      for (const line of text.match(/[^\n]*\n|[^\n]+$/g) ?? ['']) {
        const literal = pythonString(line);
        body.line(`${literal}${body.fits(literal) ? '' : '  # noqa: E501'}`);
      }
    });
    body.line(')');
    body.line('"""The schema itself, for tools that ask a running plugin."""');
  }
  return file.finish(`The contract of ${contract.name}.`);
}
