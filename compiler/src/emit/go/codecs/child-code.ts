import type { TableField } from '../../../model.ts';
import type { GoNames } from '../names.ts';
import { vectorAccess, wireScalar } from '../scalar-code.ts';
import type { GoFile } from '../source-file.ts';
import { isBytes } from '../value-types.ts';

/** True for fields that stand outside of their table, which holds an offset to them. */
export function isChild(field: TableField): boolean {
  const { kind } = field.type;
  return kind !== 'scalar' && kind !== 'enum' && kind !== 'struct';
}

/** The statements that write a field that stands outside of its table; its offset goes to `slot<n>`. */
export function writeChild(
  file: GoFile,
  names: GoNames,
  field: TableField,
  value: string,
  label: string,
): string[] {
  const { type } = field;
  const slot = `slot${field.slot}`;
  if (type.kind === 'string') return [`w.String(${slot}, ${value}, ${label})`];
  if (type.kind === 'table') return [`encode${names.stem(type.table)}(w, ${slot}, ${value}, depth+1)`];
  if (type.kind === 'union') return [`encode${names.stem(type.union)}(w, ${slot}, ${value}, depth+1)`];
  if (type.kind !== 'vector') throw new Error(`${field.name} is no child`);
  const { element } = type;
  if (isBytes(element)) return [`${file.use('codec', 'WriteBytes')}(w, ${slot}, ${value})`];
  switch (element.kind) {
    case 'scalar':
    case 'enum':
      return [`${file.use('codec', `Write${vectorAccess(wireScalar(element))}`)}(w, ${slot}, ${value})`];
    case 'string':
      return [`${file.use('codec', 'WriteStrings')}(w, ${slot}, ${value}, ${label})`];
    case 'struct': {
      const { size, alignment } = element.struct;
      const put = `put${names.stem(element.struct)}`;
      const sizes = `${size}, ${Math.max(4, alignment)}`;
      return [`${file.use('codec', 'WriteStructs')}(w, ${slot}, ${value}, ${sizes}, ${put})`];
    }
    case 'table':
      return [
        `${file.use('codec', 'WriteOffsets')}(w, ${slot}, len(${value}), func(slot, i int) {`,
        `\tencode${names.stem(element.table)}(w, slot, ${value}[i], depth+1)`,
        '})',
      ];
    case 'union': {
      const stem = names.stem(element.union);
      return [
        `codes${field.slot} := w.Vector(slot${field.slot - 1}, len(${value}), 1, 4)`,
        `if codes${field.slot} == 0 {`,
        '\treturn',
        '}',
        `for i, member := range ${value} {`,
        `\tw.PutUint8(codes${field.slot}+i, codeOf${stem}(w, member, ${label}))`,
        '}',
        `${file.use('codec', 'WriteOffsets')}(w, ${slot}, len(${value}), func(slot, i int) {`,
        `\tencode${stem}(w, slot, ${value}[i], depth+1)`,
        '})',
      ];
    }
  }
}

/** The expression that reads such a field: `at` holds its offset; `code` its type code, or the offset of its type codes. */
export function readChild(file: GoFile, names: GoNames, field: TableField, label: string): string {
  const { type } = field;
  if (type.kind === 'string') return 'r.String(at)';
  if (type.kind === 'table') return `decode${names.stem(type.table)}(r, r.Indirect(at), depth+1)`;
  if (type.kind === 'union') return `decode${names.stem(type.union)}(r, code, at, depth+1)`;
  if (type.kind !== 'vector') throw new Error(`${field.name} is no child`);
  const { element } = type;
  if (isBytes(element)) return `${file.use('codec', 'ReadBytes')}(r, at)`;
  switch (element.kind) {
    case 'scalar':
    case 'enum': {
      const scalar = wireScalar(element);
      const read = file.use('codec', `Read${vectorAccess(scalar)}`);
      const goType = element.kind === 'enum' ? names.value(element.enum) : scalar;
      return /^(bool|float)/.test(scalar) ? `${read}(r, at)` : `${read}[${goType}](r, at)`;
    }
    case 'string':
      return `${file.use('codec', 'ReadStrings')}(r, at)`;
    case 'struct':
      return `${file.use('codec', 'ReadStructs')}(r, at, ${element.struct.size}, get${names.stem(element.struct)})`;
    case 'table':
      return [
        `${file.use('codec', 'ReadOffsets')}(r, at, func(slot int) *${names.value(element.table)} {`,
        `\treturn decode${names.stem(element.table)}(r, r.Indirect(slot), depth+1)`,
        '})',
      ].join('\n');
    case 'union':
      return [
        `${file.use('codec', 'ReadUnions')}(r, code, at, ${label}, func(code uint8, slot int) ${names.value(element.union)} {`,
        `\treturn decode${names.stem(element.union)}(r, code, slot, depth+1)`,
        '})',
      ].join('\n');
  }
}
