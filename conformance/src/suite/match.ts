/**
 * Compares what was with what was expected. Objects: keys that are not expected are not looked at. Lists: element by
 * element. An object with one key that begins with `$` is a matcher:
 *
 *   { "$matches": "regular expression" }   { "$at_least": 1 }   { "$at_most": 1 }   { "$one_of": [...] }
 *   { "$absent": true }   { "$some": element of a list }   { "$none": element of a list }   { "$exactly": {...} }
 *
 * @returns what differs, a line each; empty where nothing does
 */
export function differences(expected: unknown, actual: unknown, path = ''): string[] {
  const at = path === '' ? 'it' : path;
  if (typeof expected !== 'object' || expected === null)
    return Object.is(expected, actual) ? [] : [`${at} is ${show(actual)}, not ${show(expected)}`];
  const matcher = matcherOf(expected);
  if (matcher !== undefined) return match(matcher, actual, path);
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length)
      return [`${at} is ${show(actual)}, not ${show(expected)}`];
    return expected.flatMap((item, index) => differences(item, actual[index], `${path}[${index}]`));
  }
  if (typeof actual !== 'object' || actual === null)
    return [`${at} is ${show(actual)}, not ${show(expected)}`];
  return Object.entries(expected).flatMap(([key, value]) =>
    differences(value, (actual as Record<string, unknown>)[key], path === '' ? key : `${path}.${key}`),
  );
}

type Matcher = readonly [name: string, argument: unknown];

function matcherOf(expected: object): Matcher | undefined {
  const entries = Object.entries(expected);
  return entries.length === 1 && entries[0]?.[0].startsWith('$') ? entries[0] : undefined;
}

function match([name, argument]: Matcher, actual: unknown, path: string): string[] {
  const at = path === '' ? 'it' : path;
  const unless = (holds: boolean, wanted: string) =>
    holds ? [] : [`${at} is ${show(actual)}, not ${wanted}`];
  const list = Array.isArray(actual) ? actual : [];
  switch (name) {
    case '$matches':
      return unless(
        typeof actual === 'string' && new RegExp(argument as string, 's').test(actual),
        `like ${argument}`,
      );
    case '$at_least':
      return unless(Number(actual) >= (argument as number), `at least ${argument}`);
    case '$at_most':
      return unless(Number(actual) <= (argument as number), `at most ${argument}`);
    case '$one_of':
      return unless(
        (argument as unknown[]).some((one) => differences(one, actual).length === 0),
        `one of ${show(argument)}`,
      );
    case '$absent':
      return unless(actual === undefined, 'absent');
    case '$some':
      return unless(
        list.some((one) => differences(argument, one).length === 0),
        `with a ${show(argument)}`,
      );
    case '$none':
      return unless(
        Array.isArray(actual) && list.every((one) => differences(argument, one).length > 0),
        `without ${show(argument)}`,
      );
    case '$exactly': {
      const extra = Object.keys((actual ?? {}) as object).filter(
        (key) => !Object.hasOwn(argument as object, key),
      );
      return [
        ...differences(argument, actual, path),
        ...extra.map((key) => `${path === '' ? key : `${path}.${key}`} was not expected`),
      ];
    }
    default:
      throw new Error(`there is no matcher ${name}`);
  }
}

export function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'undefined';
  return text.length > 300 ? `${text.slice(0, 300)}...` : text;
}
