import type { Command } from './command.ts';
import { commands } from './commands.ts';
import { Failure, UsageError } from './failure.ts';
import { parseInput } from './parse-input.ts';
import { print, printError, reportError } from './terminal.ts';

/** Runs the command line, without the program's name. Resolves with the exit code; never rejects. */
export async function run(args: readonly string[]): Promise<number> {
  const words: string[] = [];
  try {
    return await dispatch(args, words);
  } catch (error) {
    return report(error, words);
  }
}

/** Notes in `words` what it has understood, for errors to refer to. */
async function dispatch(args: readonly string[], words: string[]): Promise<number> {
  const wantsHelp = (rest: readonly string[]) => {
    const end = rest.indexOf('--');
    return rest.slice(0, end === -1 ? undefined : end).some((arg) => arg === '--help' || arg === '-h');
  };
  if (args[0] === 'help') return dispatch([...args.slice(1), '--help'], words);
  let candidates = commands;
  for (const [index, arg] of args.entries()) {
    if (arg.startsWith('-')) break;
    const fitting = candidates.filter((command) => command.words[index] === arg);
    if (fitting.length === 0) throw await unknownCommand(arg, words, candidates);
    candidates = fitting;
    words.push(arg);
    const command = fitting.find((one) => one.words.length === words.length);
    if (command !== undefined) return runCommand(command, args.slice(words.length), wantsHelp);
  }
  const rest = args.slice(words.length);
  const { groupHelp } = await import('./help.ts');
  if (wantsHelp(rest)) {
    print(groupHelp(words, candidates));
    return 0;
  }
  if (words.length === 0 && (rest[0] === '--version' || rest[0] === '-V')) {
    const { version } = await import('./version.ts');
    print(version());
    return 0;
  }
  if (rest[0] !== undefined) throw await unknownGlobalOption(rest[0], words);
  printError(groupHelp(words, candidates));
  return 2;
}

async function runCommand(
  command: Command,
  args: readonly string[],
  wantsHelp: (rest: readonly string[]) => boolean,
): Promise<number> {
  if (wantsHelp(args)) {
    const { commandHelp } = await import('./help.ts');
    print(commandHelp(command));
    return 0;
  }
  const input = await parseInput(command, args);
  const { run: runIt } = await command.load();
  return runIt(input);
}

async function unknownCommand(
  arg: string,
  words: readonly string[],
  candidates: readonly Command[],
): Promise<UsageError> {
  const { didYouMean } = await import('./nearest.ts');
  const next = [...new Set(candidates.map((command) => command.words[words.length] ?? ''))];
  // `pluginart bindings`: right word, group left out.
  const elsewhere = words.length === 0 ? commands.find((command) => command.words[1] === arg) : undefined;
  const hint =
    elsewhere === undefined ? await didYouMean(arg, next) : `did you mean "${elsewhere.words.join(' ')}"?`;
  const name = [...words, arg].join(' ');
  return new UsageError(`unknown command "${name}"`, hint ?? `Commands here: ${next.join(', ')}`);
}

async function unknownGlobalOption(arg: string, words: readonly string[]): Promise<UsageError> {
  const { didYouMean } = await import('./nearest.ts');
  const hint = await didYouMean(arg, words.length === 0 ? ['--help', '--version'] : ['--help']);
  const place = words.length === 0 ? 'before a command' : `after "${words.join(' ')}"`;
  return new UsageError(`unknown option ${arg} ${place}`, hint ?? 'Options come after the command.');
}

function report(error: unknown, words: readonly string[]): number {
  if (error instanceof UsageError) {
    reportError(error.message, error.hint);
    printError(`Run ${['pluginart', ...words, '--help'].join(' ')} to see how it is used.`);
    return 2;
  }
  if (error instanceof Failure) {
    reportError(error.message, error.hint);
    return 1;
  }
  const fault = error instanceof Error ? error : new Error(String(error));
  const isTraced = process.env.PLUGINART_DEBUG !== undefined;
  reportError(
    isTraced ? (fault.stack ?? fault.message) : `this should not have happened: ${fault.message}`,
    isTraced
      ? undefined
      : 'It is a fault of pluginart. PLUGINART_DEBUG=1 shows where it arose; please report that.',
  );
  return 1;
}
