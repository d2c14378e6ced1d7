import { ErrorCode } from '../errors/error-code.ts';
import { PluginartError } from '../errors/pluginart-error.ts';

/** The one error of this floor: INVALID_PAYLOAD, saying what is wrong. */
export function invalid(message: string): PluginartError {
  return new PluginartError(ErrorCode.INVALID_PAYLOAD, message);
}

/** Throws for a required field that is absent, on either side. @param field `EchoRequest.input` */
export function missingField(field: string): never {
  throw invalid(`${field} is required`);
}

/**
 * Throws for a value that its field cannot hold.
 * @param field `EchoRequest.input`, or `EchoRequest.lines[3]`
 * @param expected the type that it has in the schema, or a phrase for it
 */
export function wrongValue(field: string, expected: string, value: unknown): never {
  if (value === undefined) missingField(field);
  throw invalid(`${field} must be ${phrases[expected] ?? expected}, not ${describe(value)}`);
}

const phrases: Readonly<Record<string, string>> = {
  bool: 'a boolean',
  int8: 'an integer from -128 to 127',
  uint8: 'an integer from 0 to 255',
  int16: 'an integer from -32768 to 32767',
  uint16: 'an integer from 0 to 65535',
  int32: 'an integer from -2147483648 to 2147483647',
  uint32: 'an integer from 0 to 4294967295',
  int64: 'a bigint from -2n ** 63n to 2n ** 63n - 1n',
  uint64: 'a bigint from 0n to 2n ** 64n - 1n',
  float32: 'a number',
  float64: 'a number',
  string: 'a string',
  bytes: 'a Uint8Array',
  vector: 'an array',
  table: 'an object',
  struct: 'an object',
  union: 'an object with `type` and `value`',
};

/** Throws for a union whose `type` names no member. */
export function wrongUnionType(field: string, members: string, value: { readonly type?: unknown }): never {
  throw invalid(`${field}.type must be one of ${members}, not ${describe(value.type)}`);
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  switch (typeof value) {
    case 'number':
      return Object.is(value, -0) ? 'the number -0' : `the number ${value}`;
    case 'bigint':
      return `the bigint ${value}n`;
    case 'boolean':
      return `${value}`;
    case 'string':
      return value.length <= 20 ? `the string ${JSON.stringify(value)}` : `a string of ${value.length}`;
    case 'object':
      return Array.isArray(value) ? `an array of ${value.length}` : 'an object';
    default:
      return `a ${typeof value}`;
  }
}
