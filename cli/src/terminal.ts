import { styleText } from 'node:util';

type Format = Parameters<typeof styleText>[0];

/** Whether to colour what goes to this stream: on terminals only, and not where NO_COLOR or a dumb terminal forbid it. */
export function hasColor(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY === true && stream.hasColors();
}

export function paint(stream: NodeJS.WriteStream, format: Format, text: string): string {
  return hasColor(stream) ? styleText(format, text, { validateStream: false }) : text;
}

/** One or more lines of result. */
export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, undefined, 2));
}

/** One or more lines about the work: warnings and errors. */
export function printError(text: string): void {
  process.stderr.write(`${text}\n`);
}

/** `pluginart: error: …`, and what to do about it. */
export function reportError(message: string, hint: string | undefined): void {
  printError(`${paint(process.stderr, ['bold', 'red'], 'error:')} ${message}`);
  for (const line of hint?.split('\n') ?? []) printError(`  ${line}`);
}

export function reportWarning(message: string): void {
  printError(`${paint(process.stderr, ['bold', 'yellow'], 'warning:')} ${message}`);
}
