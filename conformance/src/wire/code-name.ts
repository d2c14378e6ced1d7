import { ErrorCode } from './error-code.ts';

const names = new Map<number, string>(Object.entries(ErrorCode).map(([name, code]) => [code, name]));

/** The name of a code of PROTOCOL.md, section 16; an application's own is its number. */
export function codeName(code: number): string {
  return names.get(code) ?? String(code);
}

/** What a suite calls a code: its name, or its number. @throws Error for a name that is none */
export function codeOf(name: string | number): number {
  if (typeof name === 'number') return name;
  if (!Object.hasOwn(ErrorCode, name)) throw new Error(`"${name}" is no error code`);
  return ErrorCode[name as keyof typeof ErrorCode];
}
