import {
  COMPRESSED,
  CONT,
  DOWN,
  MORE,
  SHARED,
  UP,
  V1,
  V2,
} from '../../../protocol/vectors/generate/frames.ts';

const nameByType = (types: Readonly<Record<string, number>>) =>
  new Map(Object.entries(types).map(([name, type]) => [type, name]));

const v1Names = nameByType(V1);
const v2Names = nameByType(V2);
const flagNames = Object.entries({ COMPRESSED, SHARED, UP, MORE, CONT, DOWN });

export const v1TypeName = (type: number): string => v1Names.get(type) ?? `type ${type}`;
export const v2TypeName = (type: number): string => v2Names.get(type) ?? `type 0x${type.toString(16)}`;

/** `MORE CONT`; bits without a name by their value. */
export function flagsText(flags: number): string {
  const named = flagNames.filter(([, bit]) => (flags & bit) !== 0);
  const rest = named.reduce((left, [, bit]) => left & ~bit, flags);
  return [...named.map(([name]) => name), ...(rest === 0 ? [] : [`0x${rest.toString(16)}`])].join(' ');
}
