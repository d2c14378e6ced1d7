import type { ExitCode, Input } from '../command.ts';
import { findSchema } from '../find-schema.ts';
import { paint, print, printJson } from '../terminal.ts';

const page = 'https://github.com/dlahoza/pluginart/blob/main/protocol/PROTOCOL.md';

export async function run({ values, lists, flags }: Input): Promise<ExitCode> {
  const schemaPath = await findSchema(values.get('schema'));
  const { certify, findRule } = await import('@pluginart/conformance');
  const { contractHash, verdicts } = await certify({
    command: values.get('plugin') as string,
    schemaPath,
    transport: values.get('transport') === 'tcp' ? 'tcp' : 'unix',
    cases: lists.get('case'),
  });
  const wrong = verdicts.filter(({ failure }) => failure !== undefined);
  const isFine = wrong.length === 0 && verdicts.length > 0;
  if (flags.has('json')) {
    printJson({
      ok: isFine,
      contractHash,
      cases: verdicts.map(({ name, rules, failure = null }) => ({ name, rules, failure })),
    });
    return isFine ? 0 : 1;
  }
  const isTraced = flags.has('trace');
  const shown = isTraced && lists.has('case') ? verdicts : wrong;
  for (const { name, rules, failure, trace } of shown) {
    const isRight = failure === undefined;
    print(`${isRight ? paint('stdout', 'green', 'ok  ') : paint('stdout', 'red', 'FAIL')}  ${name}`);
    if (!isRight) print(indented(failure, 6));
    for (const id of isRight ? [] : rules) {
      const rule = findRule(id);
      if (rule !== undefined) print(indented(`${id} (${rule.section}): ${rule.text}`, 6));
    }
    if (isTraced && trace !== undefined) print(indented(trace, 6));
    print('');
  }
  const count = `${verdicts.length - wrong.length} of ${verdicts.length} cases passed`;
  print(isFine ? `${paint('stdout', 'green', 'ok')}  ${count}` : `${count}. The rules: ${page}`);
  return isFine ? 0 : 1;
}

function indented(text: string, columns: number): string {
  return text.replaceAll(/^/gm, ' '.repeat(columns));
}
