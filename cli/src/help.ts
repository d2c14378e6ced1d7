import type { Command, Example, OptionSpec } from './command.ts';
import { paint } from './terminal.ts';

const width = 80;

const groupSummaries: Record<string, string> = {
  '': 'plugins in any language, from one schema',
  init: 'begin something new',
  gen: 'generate code from a schema',
};

/** The help of the whole, or of a group such as `gen`. */
export function groupHelp(words: readonly string[], commands: readonly Command[]): string {
  const name = ['pluginart', ...words].join(' ');
  const rows = commands.map((command): [string, string] => [
    command.words.slice(words.length).join(' '),
    command.summary,
  ]);
  const examples = commands.flatMap((command) => command.examples.slice(0, 1));
  return [
    `${name}: ${groupSummaries[words.join(' ')] ?? ''}`,
    '',
    `${heading('Usage:')} ${name} <command> [options]`,
    '',
    heading('Commands:'),
    ...table(rows),
    '',
    heading('Options:'),
    ...table([
      ['-h, --help', `Explain; also for one command: ${name} ${rows[0]?.[0]} --help`],
      ...(words.length === 0 ? [['-V, --version', 'Print the version.'] as [string, string]] : []),
    ]),
    '',
    heading('Examples:'),
    ...exampleLines(examples),
  ].join('\n');
}

export function commandHelp(command: Command): string {
  const name = ['pluginart', ...command.words].join(' ');
  const required = command.options
    .filter((option) => option.required)
    .map((option) => ` ${optionTerm(option)}`);
  const positional = command.positional === undefined ? '' : ` [${command.positional.name}]`;
  const rows = command.options.map((option): [string, string] => [
    `${option.short === undefined ? '' : `-${option.short}, `}${optionTerm(option)}`,
    `${option.description}${option.required ? ' Required.' : ''}`,
  ]);
  if (command.positional !== undefined)
    rows.unshift([`[${command.positional.name}]`, command.positional.description]);
  return [
    `${name}: ${command.summary.charAt(0).toLowerCase()}${command.summary.slice(1)}`,
    ...command.details.flatMap((paragraph) => ['', ...wrap(paragraph, width)]),
    '',
    `${heading('Usage:')} ${name}${positional}${required.join('')} [options]`,
    '',
    heading('Options:'),
    ...table([...rows, ['-h, --help', 'Print this.']]),
    '',
    heading('Examples:'),
    ...exampleLines(command.examples),
  ].join('\n');
}

function optionTerm(option: OptionSpec): string {
  return `--${option.name}${option.value === undefined ? '' : ` ${option.value}`}`;
}

function heading(text: string): string {
  return paint('stdout', 'bold', text);
}

function exampleLines(examples: readonly Example[]): string[] {
  return examples.flatMap(({ command, description }) => [`  ${command}`, `      ${description}`]);
}

function table(rows: readonly [string, string][]): string[] {
  const column = Math.max(...rows.map(([term]) => term.length)) + 4;
  return rows.flatMap(([term, description]) => {
    const [first = '', ...more] = wrap(description, width - column);
    return [`  ${term.padEnd(column - 2)}${first}`, ...more.map((line) => ' '.repeat(column) + line)];
  });
}

function wrap(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else {
      line = line === '' ? word : `${line} ${word}`;
    }
  }
  return [...lines, line];
}
