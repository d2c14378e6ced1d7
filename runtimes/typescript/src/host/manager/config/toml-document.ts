import { type AST, ParseError, parseTOML } from 'toml-eslint-parser';
import type { Place } from './problem.ts';

/** Keys and array indices from the root. */
export type Path = readonly PropertyKey[];

export type TomlValue = string | number | boolean | Date | TomlValue[] | TomlTable;
export interface TomlTable {
  [key: string]: TomlValue;
}

/** A TOML file's values, and where each of them stands. */
export interface TomlDocument {
  readonly root: TomlTable;
  /** Where the value at `path` stands; where there is none, its nearest ancestor that has a place. */
  placeOf(path: Path): Place;
  /** Where the key that ends `path` stands; where there is none, as `placeOf`. */
  placeOfKey(path: Path): Place;
}

/** The text is no TOML. */
export class TomlSyntaxError extends Error {
  readonly place: Place;

  constructor(message: string, place: Place) {
    super(message);
    this.place = place;
  }
}

/** @throws TomlSyntaxError at the first fault: what follows it could not be understood anyway. */
export function parseToml(text: string): TomlDocument {
  let program: AST.TOMLProgram;
  try {
    program = parseTOML(text);
  } catch (error) {
    if (!(error instanceof ParseError)) throw error;
    throw new TomlSyntaxError(error.message, placeOfError(error, text));
  }
  const reader = new DocumentReader();
  reader.readTopLevel(program.body[0]);
  return reader;
}

/** The parser notices a missing value in the next line; people look for it behind the `=`. */
function placeOfError(error: ParseError, text: string): Place {
  const before = text.slice(0, error.index).trimEnd();
  if (!before.endsWith('=')) return { line: error.lineNumber, column: error.column + 1 };
  const lines = before.split('\n');
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

interface Entry {
  readonly key: Place;
  readonly value: Place;
}

class DocumentReader implements TomlDocument {
  readonly root: TomlTable = {};
  readonly #entries = new Map<string, Entry>();

  placeOf(path: Path): Place {
    return this.#nearest(path).value;
  }

  placeOfKey(path: Path): Place {
    const exact = this.#entries.get(entryName(path));
    return exact?.key ?? this.#nearest(path).value;
  }

  readTopLevel(top: AST.TOMLTopLevelTable): void {
    for (const node of top.body) {
      if (node.type === 'TOMLKeyValue') {
        this.#readKeyValue(node, [], this.root);
        continue;
      }
      // `[a.b]` and `[[a.b]]`: the parser has already resolved which element of an array is meant.
      const header = placeOfNode(node);
      const table = this.#descend(this.root, [], node.resolvedKey, header, node.key);
      for (const entry of node.body) this.#readKeyValue(entry, node.resolvedKey, table);
    }
  }

  #readKeyValue(node: AST.TOMLKeyValue, parent: Path, table: TomlTable): void {
    const names = node.key.keys.map(keyName);
    const last = names.length - 1;
    const holder = this.#descend(table, parent, names.slice(0, last), placeOfNode(node), node.key);
    const path = [...parent, ...names];
    const name = names[last];
    const keyNode = node.key.keys[last];
    if (name === undefined || keyNode === undefined) return;
    refuseHostileKey(name, keyNode);
    this.#entries.set(entryName(path), { key: placeOfNode(keyNode), value: placeOfNode(node.value) });
    holder[name] = this.#readValue(node.value, path);
  }

  #readValue(node: AST.TOMLContentNode, path: Path): TomlValue {
    if (node.type === 'TOMLValue') return node.value;
    if (node.type === 'TOMLArray') {
      return node.elements.map((element, index) => {
        const place = placeOfNode(element);
        this.#entries.set(entryName([...path, index]), { key: place, value: place });
        return this.#readValue(element, [...path, index]);
      });
    }
    const table: TomlTable = {};
    for (const entry of node.body) this.#readKeyValue(entry, path, table);
    return table;
  }

  /** Walks from `table` along `steps`, making what is not there yet, and notes each new place. */
  #descend(table: TomlTable, parent: Path, steps: Path, place: Place, key: AST.TOMLKey): TomlTable {
    let at: TomlValue = table;
    steps.forEach((step, index) => {
      if (step === '__proto__') refuseHostileKey(step, key);
      const name = entryName([...parent, ...steps.slice(0, index + 1)]);
      if (!this.#entries.has(name)) this.#entries.set(name, { key: placeOfNode(key), value: place });
      const holder = at as Record<PropertyKey, TomlValue>;
      // Own keys only: a table may well be called "constructor".
      if (!Object.hasOwn(holder, step)) holder[step] = typeof steps[index + 1] === 'number' ? [] : {};
      at = holder[step] as TomlValue;
    });
    return at as TomlTable;
  }

  #nearest(path: Path): Entry {
    for (let length = path.length; length > 0; length--) {
      const entry = this.#entries.get(entryName(path.slice(0, length)));
      if (entry !== undefined) return entry;
    }
    return { key: { line: 1, column: 1 }, value: { line: 1, column: 1 } };
  }
}

function entryName(path: Path): string {
  return JSON.stringify(path);
}

function keyName(node: AST.TOMLBare | AST.TOMLQuoted): string {
  return node.type === 'TOMLBare' ? node.name : node.value;
}

function placeOfNode(node: AST.TOMLNode): Place {
  // The parser counts columns from 0.
  return { line: node.loc.start.line, column: node.loc.start.column + 1 };
}

/** This one key would set a prototype instead of a property, here or in whoever reads the values. */
function refuseHostileKey(name: string, node: AST.TOMLNode): void {
  if (name === '__proto__') throw new TomlSyntaxError('"__proto__" is no usable key', placeOfNode(node));
}
