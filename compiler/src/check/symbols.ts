import { didYouMean } from '../diagnostics/nearest.ts';
import type { Reporter } from '../diagnostics/reporter.ts';
import { placeOf } from '../diagnostics/source-file.ts';
import type { EnumDef, StructDef, TableDef, UnionDef } from '../model.ts';
import type { EnumNode, Path, StructNode, TableNode, TypeDefinitionNode, UnionNode } from '../syntax/tree.ts';
import { builtInTypes } from './scalars.ts';

/** A definition of the model while it is being filled in. */
export type Draft<T> = {
  -readonly [Key in keyof T]: T[Key] extends readonly (infer Item)[] ? Item[] : T[Key];
};

interface SymbolOf<Node extends TypeDefinitionNode, Definition> {
  readonly kind: Node['kind'];
  readonly node: Node;
  /** With its namespace: `a.b.Name`. */
  readonly qualified: string;
  /** The position among all statements, included files first: what may be used where. */
  readonly order: number;
  readonly definition: Definition;
}

export type EnumSymbol = SymbolOf<EnumNode, Draft<EnumDef>>;
export type UnionSymbol = SymbolOf<UnionNode, Draft<UnionDef>>;
export type StructSymbol = SymbolOf<StructNode, Draft<StructDef>>;
export type TableSymbol = SymbolOf<TableNode, Draft<TableDef>>;
export type TypeSymbol = EnumSymbol | UnionSymbol | StructSymbol | TableSymbol;

/** Where a name is used: it decides what the name can mean. */
export interface Scope {
  readonly namespace: readonly string[];
  readonly order: number;
}

export function qualify(namespace: readonly string[], name: string): string {
  return [...namespace, name].join('.');
}

/** All types of a schema by name, and the rules for finding one. */
export class SymbolTable {
  readonly #byName = new Map<string, TypeSymbol>();
  readonly #reporter: Reporter;

  constructor(reporter: Reporter) {
    this.#reporter = reporter;
  }

  /** Makes a type known. The second of the same name is an error, and stays unknown. */
  add(symbol: TypeSymbol): void {
    const { node, qualified } = symbol;
    const earlier = this.#byName.get(qualified);
    if (earlier === undefined) {
      this.#byName.set(qualified, symbol);
    } else {
      this.#reporter.error(
        node.name.span,
        `\`${qualified}\` is already defined`,
        `at ${definedAt(earlier.node)}`,
      );
    }
    if (builtInTypes.includes(node.name.text)) {
      this.#reporter.error(
        node.name.span,
        `\`${node.name.text}\` is a type of the language, and cannot be the name of another`,
      );
    }
  }

  get(qualified: string): TypeSymbol | undefined {
    return this.#byName.get(qualified);
  }

  /** What a name means, from the innermost namespace out; undefined where there is none. Reports nothing. */
  find(name: string, namespace: readonly string[]): TypeSymbol | undefined {
    return this.#candidates(name, namespace)[0];
  }

  /** What a name means; where it means nothing, or not clearly one thing, that is reported. */
  resolve(path: Path, scope: Scope): TypeSymbol | undefined {
    const candidates = this.#candidates(path.text, scope.namespace);
    const [innermost] = candidates;
    if (innermost === undefined) {
      const hint = this.#hintFor(path, scope);
      this.#reporter.error(path.span, `there is no type \`${path.text}\``, hint);
      return undefined;
    }
    const flatcTakes = candidateOfFlatc(candidates, scope.order);
    if (flatcTakes !== innermost) {
      this.#reporter.error(
        path.span,
        `\`${path.text}\` is not clear: here flatc takes it for \`${flatcTakes.qualified}\`, not \`${innermost.qualified}\``,
        `write out the one that is meant, or move \`${innermost.qualified}\` up`,
      );
    }
    return innermost;
  }

  #candidates(name: string, namespace: readonly string[]): TypeSymbol[] {
    const found: TypeSymbol[] = [];
    for (let depth = namespace.length; depth >= 0; depth -= 1) {
      const symbol = this.#byName.get(qualify(namespace.slice(0, depth), name));
      if (symbol !== undefined) found.push(symbol);
    }
    return found;
  }

  #hintFor(path: Path, scope: Scope): string | undefined {
    const last = path.parts.at(-1)?.text;
    const elsewhere = [...this.#byName.values()].find((symbol) => symbol.node.name.text === last);
    if (elsewhere !== undefined) return `did you mean \`${elsewhere.qualified}\`?`;
    const names = new Set<string>(builtInTypes);
    for (const { qualified, node } of this.#byName.values()) {
      names.add(qualified);
      if (this.find(node.name.text, scope.namespace)?.qualified === qualified) names.add(node.name.text);
    }
    return didYouMean(path.text, names);
  }
}

/** The place of a definition as hints name it: `file:line`. */
export function definedAt(node: TypeDefinitionNode): string {
  const { file, line } = placeOf(node.name.span);
  return `${file}:${line}`;
}

/**
 * flatc reads from top to bottom, and enums before the rest; the wire must mean the same to both
 * compilers, so where they differ the schema has to say more.
 */
function candidateOfFlatc(candidates: readonly TypeSymbol[], order: number): TypeSymbol {
  const isEnum = ({ kind }: TypeSymbol) => kind === 'enum' || kind === 'union';
  const found =
    candidates.find((symbol) => isEnum(symbol) && symbol.order < order) ??
    candidates.find((symbol) => !isEnum(symbol) && symbol.order <= order) ??
    candidates[0];
  if (found === undefined) throw new RangeError('no candidates');
  return found;
}
