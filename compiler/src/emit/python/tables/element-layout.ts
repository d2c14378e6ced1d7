import type { Type } from '../../../model.ts';
import { scalarBytes, wireScalar } from '../scalar-code.ts';

type Element = Extract<Type, { kind: 'vector' }>['element'];

/** The bytes from one element of a vector to the next. */
export function elementBytes(element: Element): number {
  if (element.kind === 'scalar' || element.kind === 'enum') return scalarBytes[wireScalar(element)];
  return element.kind === 'struct' ? element.struct.size : 4;
}

/** What the elements of a vector are aligned to, in bytes. */
export function elementAlignment(element: Element): number {
  return element.kind === 'struct' ? element.struct.alignment : elementBytes(element);
}
