import type { styleText } from 'node:util';
import { fs, util } from './builtins.ts';
import { Failure } from './failure.ts';

type Format = Parameters<typeof styleText>[0];
export type Output = 'stdout' | 'stderr';

const descriptors = { stdout: 1, stderr: 2 } as const;

/** Whether to colour what goes there: on terminals only, and not where NO_COLOR or a dumb terminal forbid it. */
export function hasColor(output: Output): boolean {
  // Asked first, as the stream itself takes longer to make than all of the output to write.
  if (!fs.fstatSync(descriptors[output]).isCharacterDevice()) return false;
  const stream = process[output];
  return stream.isTTY === true && stream.hasColors();
}

export function paint(output: Output, format: Format, text: string): string {
  return hasColor(output) ? util.styleText(format, text, { validateStream: false }) : text;
}

/** One or more lines of result. */
export function print(text: string): void {
  write('stdout', `${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, undefined, 2));
}

/** One or more lines about the work: warnings and errors. */
export function printError(text: string): void {
  write('stderr', `${text}\n`);
}

/** `error: …`, and what to do about it. */
export function reportError(message: string, hint: string | undefined): void {
  printError(`${paint('stderr', ['bold', 'red'], 'error:')} ${message}`);
  for (const line of hint?.split('\n') ?? []) printError(`  ${line}`);
}

export function reportWarning(message: string): void {
  printError(`${paint('stderr', ['bold', 'yellow'], 'warning:')} ${message}`);
}

function write(output: Output, text: string): void {
  let rest = Buffer.from(text);
  try {
    while (rest.length > 0) rest = rest.subarray(fs.writeSync(descriptors[output], rest));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // A pipe that is full and does not block: the stream waits for it.
    if (code === 'EAGAIN') process[output].write(rest);
    // A reader that has seen enough, `| head`, is no error of ours.
    else if (code !== 'EPIPE') throw new Failure(`cannot write to ${output}: ${(error as Error).message}`);
  }
}
