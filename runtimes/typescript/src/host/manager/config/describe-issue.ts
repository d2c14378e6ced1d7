import { closestMatch } from 'leven';
import type * as z from 'zod';
import { resourceKeys } from './container-shape.ts';
import type { ConfigProblem, Place } from './problem.ts';
import { configShape, defaultsShape, type PluginType, pluginKeys, pluginTypes } from './shape.ts';
import type { Path, TomlDocument } from './toml-document.ts';

type Finding = Pick<ConfigProblem, 'place' | 'message'>;

/** Turns what the validator found into sentences with a place. Values are not repeated: they may be secret. */
export function describeIssue(issue: z.core.$ZodIssue, document: TomlDocument): Finding[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      place: document.placeOfKey([...issue.path, key]),
      message: describeUnknownKey(issue.path, key, document),
    }));
  }
  return [{ place: placeOfIssue(issue, document), message: describeValue(issue, document) }];
}

function placeOfIssue(issue: z.core.$ZodIssue, document: TomlDocument): Place {
  return issue.code === 'invalid_key' ? document.placeOfKey(issue.path) : document.placeOf(issue.path);
}

function describeValue(issue: z.core.$ZodIssue, document: TomlDocument): string {
  const value = valueAt(issue.path, document);
  const key = keyText(issue.path);
  if (value === undefined) return `${key} is missing${missingHint(issue, document)}`;
  if (issue.code === 'invalid_key') return `${key} ${issue.issues[0]?.message ?? 'is no valid key'}`;
  const isFraction = issue.code === 'invalid_type' && issue.expected === 'int' && typeof value === 'number';
  if (issue.code !== 'invalid_type' || isFraction) return `${key} ${issue.message}`;
  if (issue.path.length === 1 && issue.path[0] === 'plugins') {
    return 'plugins must be a list: write "[[plugins]]" before each plugin, with two brackets';
  }
  return `${key} must be ${expected(issue.expected)}, not ${kindOf(value)}${quoteHint(issue.expected, value)}`;
}

function missingHint(issue: z.core.$ZodIssue, document: TomlDocument): string {
  if (issue.path.length === 1 && issue.path[0] === 'version') return ': begin the file with "version = 1"';
  const entry = valueAt(issue.path.slice(0, 2), document);
  if (issue.path[0] !== 'plugins' || !isTable(entry) || entry.type !== undefined) return '';
  // Nobody said "binary": a key of another type tells what was meant.
  const meant = issue.path[2] === 'path' && pluginTypes.find((type) => isMeant(type, entry));
  return meant ? `, or type = "${meant}"` : '';
}

function isMeant(type: PluginType, entry: object): boolean {
  return (type === 'docker' && 'image' in entry) || (type === 'remote' && 'address' in entry);
}

function describeUnknownKey(path: Path, key: string, document: TomlDocument): string {
  const known = knownKeys(path, document);
  const type = path.length === 2 && path[0] === 'plugins' ? typeOf(path, document) : undefined;
  if (type !== undefined) {
    const fitting = pluginTypes.filter((other) => pluginKeys(other).includes(key));
    if (fitting.length > 0) {
      return `"${key}" does not fit type "${type}": it belongs to type ${fitting.map((name) => `"${name}"`).join(' or ')}`;
    }
  }
  if (
    path.length === 1 &&
    path[0] === 'defaults' &&
    pluginTypes.some((other) => pluginKeys(other).includes(key))
  ) {
    return `"${key}" has no default: it stands in each [[plugins]] entry`;
  }
  const nearest = closestMatch(key, known, { maxDistance: Math.max(2, Math.ceil(key.length / 3)) });
  const hint = nearest === undefined ? `; known here: ${known.join(', ')}` : `; did you mean "${nearest}"?`;
  return `unknown key "${key}"${hint}`;
}

function knownKeys(path: Path, document: TomlDocument): string[] {
  if (path.length === 0) return Object.keys(configShape.shape);
  if (path[0] === 'defaults') return Object.keys(defaultsShape.shape);
  if (path.length === 2) return pluginKeys(typeOf(path, document));
  return resourceKeys;
}

function typeOf(path: Path, document: TomlDocument): PluginType {
  const entry = valueAt(path.slice(0, 2), document);
  const type = isTable(entry) ? entry.type : undefined;
  return pluginTypes.find((known) => known === type) ?? 'binary';
}

/** `call_timeout`, `args[1]`, `env.HOME`: the path within its plugin. */
function keyText(path: Path): string {
  const within = path[0] === 'plugins' && path.length > 2 ? path.slice(2) : path;
  let text = '';
  for (const step of within) {
    if (typeof step === 'number') text += `[${step}]`;
    else text += text === '' ? String(step) : `.${String(step)}`;
  }
  return text;
}

function valueAt(path: Path, document: TomlDocument): unknown {
  let value: unknown = document.root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<PropertyKey, unknown>)[step];
  }
  return value;
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
}

const expectedNames: Record<string, string> = {
  string: 'a string',
  number: 'a number',
  int: 'an integer',
  boolean: 'true or false',
  array: 'a list',
  object: 'a table',
  record: 'a table',
};

function expected(kind: string): string {
  return expectedNames[kind] ?? kind;
}

function kindOf(value: unknown): string {
  if (Array.isArray(value)) return 'a list';
  if (value instanceof Date) return 'a date';
  if (typeof value === 'boolean') return `${value}`;
  if (typeof value === 'number') return 'a number';
  return typeof value === 'string' ? 'a string' : 'a table';
}

function quoteHint(kind: string, value: unknown): string {
  const quotable = typeof value === 'number' || typeof value === 'boolean';
  return kind === 'string' && quotable ? ': put it in double quotes' : '';
}
