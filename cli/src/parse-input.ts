import { util } from './builtins.ts';
import type { Command, Input, OptionSpec } from './command.ts';
import { UsageError } from './failure.ts';

/** Reads what stands after the command's words. @throws UsageError */
export async function parseInput(command: Command, args: readonly string[]): Promise<Input> {
  const known = new Map(command.options.map((option) => [option.name, option]));
  // Lenient, because its own errors know neither the nearest option nor the command's help.
  const { tokens } = util.parseArgs({
    args: [...args],
    strict: false,
    allowPositionals: true,
    tokens: true,
    options: Object.fromEntries(
      command.options.map(({ name, short, value }) => [
        name,
        { type: value === undefined ? 'boolean' : 'string', ...(short === undefined ? {} : { short }) },
      ]),
    ),
  });
  const positionals: string[] = [];
  const values = new Map<string, string>();
  const lists = new Map<string, string[]>();
  const flags = new Set<string>();
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const option = known.get(token.name);
    if (option === undefined) throw await unknownOption(command, token.rawName);
    if (option.value === undefined) {
      if (token.value !== undefined) throw new UsageError(`${token.rawName} takes no value`);
      flags.add(option.name);
      continue;
    }
    const value = await readValue(option, token.rawName, token.value, token.inlineValue);
    if (option.multiple) lists.set(option.name, [...(lists.get(option.name) ?? []), value]);
    else if (values.has(option.name)) throw new UsageError(`${token.rawName} is given twice`);
    else values.set(option.name, value);
  }
  const [positional, extra] = command.positional === undefined ? [undefined, positionals[0]] : positionals;
  if (extra !== undefined) throw new UsageError(`unexpected argument "${extra}"`);
  const missing = command.options.find(({ name, required }) => required && !values.has(name));
  if (missing !== undefined)
    throw new UsageError(`--${missing.name} ${missing.value} is missing`, missing.description);
  return { positional, values, lists, flags };
}

async function readValue(
  option: OptionSpec,
  rawName: string,
  value: string | undefined,
  isInline: boolean | undefined,
): Promise<string> {
  if (value === undefined || value === '')
    throw new UsageError(`${rawName} needs a value: ${rawName} ${option.value}`);
  if (!isInline && value.length > 1 && value.startsWith('-')) {
    throw new UsageError(
      `${rawName} needs a value, and "${value}" looks like an option`,
      `If it is meant, write ${rawName}=${value}`,
    );
  }
  if (option.choices !== undefined && !option.choices.includes(value)) {
    const { didYouMean } = await import('./nearest.ts');
    const hint = await didYouMean(value, option.choices);
    throw new UsageError(`${rawName} must be ${oneOf(option.choices)}, not "${value}"`, hint);
  }
  return value;
}

async function unknownOption(command: Command, rawName: string): Promise<UsageError> {
  const names = ['--help', ...command.options.map(({ name }) => `--${name}`)];
  const { didYouMean } = await import('./nearest.ts');
  const hint = await didYouMean(rawName, names);
  return new UsageError(`unknown option ${rawName}`, hint ?? `Known here: ${names.join(', ')}`);
}

/** `host or plugin`; `a, b or c`. */
function oneOf(words: readonly string[]): string {
  return words.length < 2 ? words.join() : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`;
}
