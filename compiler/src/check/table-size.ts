import type { Reporter } from '../diagnostics/reporter.ts';
import type { TableField } from '../model.ts';
import { sizeOfScalar } from './scalars.ts';
import type { TableSymbol } from './symbols.ts';

/** A field's offset in its table is a uint16. */
const MAX_TABLE_BYTES = 65535;

/**
 * Reports a table that could not be written with all its fields set. Runs when the sizes of all
 * structs are known.
 */
export function checkTableSize({ node, definition }: TableSymbol, reporter: Reporter): void {
  let size = 4;
  for (const { type } of definition.fields) {
    const [bytes, alignment] = inlineSize(type);
    size += bytes + alignment - 1;
  }
  if (size <= MAX_TABLE_BYTES) return;
  reporter.error(
    node.name.span,
    `the table \`${node.name.text}\` may take ${size} bytes: the most is ${MAX_TABLE_BYTES}`,
    'put large structs into a vector, or fields into tables of their own',
  );
}

/** Bytes in the table itself, and to what they are aligned. */
function inlineSize(type: TableField['type']): readonly [bytes: number, alignment: number] {
  switch (type.kind) {
    case 'scalar':
      return [sizeOfScalar(type.scalar), sizeOfScalar(type.scalar)];
    case 'enum':
      return [sizeOfScalar(type.enum.underlying), sizeOfScalar(type.enum.underlying)];
    case 'struct':
      return [type.struct.size, type.struct.alignment];
    case 'union':
      return [5, 4];
    case 'vector':
      return [type.element.kind === 'union' ? 8 : 4, 4];
    case 'string':
    case 'table':
      return [4, 4];
  }
}
