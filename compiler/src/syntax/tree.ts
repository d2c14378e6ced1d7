/**
 * What a schema file says, before it is known what it means. Every node knows where it stands.
 * A node with `damaged` had a mistake inside that has been reported; what could be read of it is there.
 */
import type { SourceFile, Span } from '../diagnostics/source-file.ts';

export interface Name {
  readonly text: string;
  readonly span: Span;
}

/** A name that may have dots: `a.b.C`. */
export interface Path {
  readonly parts: readonly Name[];
  /** The parts joined by dots. */
  readonly text: string;
  readonly span: Span;
}

export interface StringNode {
  readonly value: string;
  readonly span: Span;
}

/** A number, as written. */
export interface NumberNode {
  readonly kind: 'integer' | 'float';
  readonly text: string;
  readonly span: Span;
}

export type ValueNode =
  | NumberNode
  | { readonly kind: 'string'; readonly value: string; readonly span: Span }
  /** `null`, `true`, `nan`, `-infinity`, `Red`, `Color.Red`. */
  | { readonly kind: 'name'; readonly text: string; readonly span: Span }
  /** `[]` */
  | { readonly kind: 'empty-vector'; readonly span: Span }
  /** `sin(rad(180))`: the functions from the outside in. */
  | {
      readonly kind: 'call';
      readonly functions: readonly Name[];
      readonly argument: NumberNode | { readonly kind: 'name'; readonly text: string; readonly span: Span };
      readonly span: Span;
    };

export interface AttributeNode {
  readonly name: Name;
  readonly value: ValueNode | undefined;
}

export type TypeNode =
  | { readonly kind: 'named'; readonly path: Path; readonly span: Span }
  | { readonly kind: 'vector'; readonly element: Path; readonly span: Span }
  | { readonly kind: 'array'; readonly element: Path; readonly length: NumberNode; readonly span: Span };

interface DefinitionNode {
  readonly name: Name;
  readonly doc: readonly string[];
  readonly attributes: readonly AttributeNode[];
  readonly damaged: boolean;
}

export interface FieldNode {
  readonly name: Name;
  readonly type: TypeNode;
  readonly default: ValueNode | undefined;
  readonly attributes: readonly AttributeNode[];
  readonly doc: readonly string[];
}

export interface TableNode extends DefinitionNode {
  readonly kind: 'table';
  readonly fields: readonly FieldNode[];
}

export interface StructNode extends DefinitionNode {
  readonly kind: 'struct';
  readonly fields: readonly FieldNode[];
}

export interface EnumValueNode {
  readonly name: Name;
  readonly value: NumberNode | undefined;
  readonly doc: readonly string[];
}

export interface EnumNode extends DefinitionNode {
  readonly kind: 'enum';
  /** Undefined where it was forgotten, which has been reported. */
  readonly underlying: Path | undefined;
  readonly values: readonly EnumValueNode[];
}

export interface UnionMemberNode {
  /** The alias, or the last part of the type. */
  readonly name: Name;
  readonly type: Path;
  readonly aliased: boolean;
  readonly code: NumberNode | undefined;
  readonly doc: readonly string[];
}

export interface UnionNode extends DefinitionNode {
  readonly kind: 'union';
  readonly members: readonly UnionMemberNode[];
}

export interface MethodNode {
  readonly name: Name;
  readonly request: Path;
  readonly response: Path;
  readonly attributes: readonly AttributeNode[];
  readonly doc: readonly string[];
}

export interface ServiceNode extends DefinitionNode {
  readonly kind: 'service';
  readonly methods: readonly MethodNode[];
}

export type TypeDefinitionNode = EnumNode | UnionNode | TableNode | StructNode;

export type StatementNode =
  | TypeDefinitionNode
  | ServiceNode
  /** No parts: back to the global namespace. */
  | { readonly kind: 'namespace'; readonly parts: readonly Name[] }
  | { readonly kind: 'root-type'; readonly path: Path }
  | { readonly kind: 'file-identifier'; readonly value: StringNode }
  | { readonly kind: 'file-extension'; readonly value: StringNode }
  | { readonly kind: 'attribute'; readonly name: Name };

export interface FileNode {
  readonly source: SourceFile;
  readonly includes: readonly StringNode[];
  readonly statements: readonly StatementNode[];
}
