import { join } from 'node:path';
import { fs } from '../builtins.ts';
import type { ExitCode, Input } from '../command.ts';
import { Failure, UsageError } from '../failure.ts';
import { firstSchema } from '../first-schema.ts';
import { print, printJson } from '../terminal.ts';
import { writeFiles } from '../write-files.ts';

export async function run(input: Input): Promise<ExitCode> {
  const name = input.values.get('name') ?? '';
  if (!/^[A-Za-z][A-Za-z0-9]*([_-][A-Za-z0-9]+)*$/.test(name) || name.length > 64) {
    throw new UsageError(
      `--name ${name} is no name for a schema`,
      'Begin with a letter, then letters, digits and single - or _ between them: "echo", "image-tools".',
    );
  }
  const path = join(input.values.get('out') ?? 'schema', `${name}.fbs`);
  const text = firstSchema(name);
  if (fs.existsSync(path) && fs.readFileSync(path, 'utf8') !== text) {
    throw new Failure(
      `${path} is there already, and it is not overwritten`,
      'Choose another --name or --out.',
    );
  }
  const result = writeFiles([{ path, text }]);
  if (input.flags.has('json')) {
    printJson(result);
    return 0;
  }
  print(
    [
      result.written.length > 0 ? `wrote ${path}` : `${path} is there already, unchanged`,
      '',
      'Next:',
      `  pluginart gen plugin --name ${name} --schema ${path}`,
      `  pluginart gen bindings --target host --out src/gen --schema ${path}`,
    ].join('\n'),
  );
  return 0;
}
