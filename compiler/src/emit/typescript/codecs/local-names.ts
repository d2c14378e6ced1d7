import type { StructDef, TableDef } from '../../../model.ts';
import { NameScope } from '../../../printer/index.ts';
import type { ValueNames } from '../names.ts';
import { keywords, usedGlobals } from '../reserved-words.ts';

/** What the bodies of codec functions use for themselves. */
const ownNames =
  'value writer reader slot depth table view at mask i element BigInt DataView Number TableLayout Writer Reader ' +
  'wrongValue wrongUnionType missingField';

/** Looks like the name of a codec function, or of a mask. */
const functionLike = /^(encode|decode|write|read|codeOf|layoutOf|mask\d)/;

/** A field in the body of a codec function. */
export interface LocalName {
  readonly property: string;
  readonly variable: string;
}

/**
 * Names the local variables of one codec function after the properties. One that is a reserved word, or looks
 * like the name of a codec function or of a function's own variable, gets `_` appended.
 */
export function localNames(
  owner: StructDef | TableDef,
  names: ValueNames,
): (field: { readonly name: string }) => LocalName {
  const scope = new NameScope([...keywords, ...usedGlobals, ...ownNames.split(' ')]);
  const locals = new Map<string, LocalName>();
  return ({ name }) => {
    let local = locals.get(name);
    if (local === undefined) {
      const property = names.property(owner, name);
      const wanted = functionLike.test(property) ? `${property}_` : property;
      const underscores = scope.claimAll((suffix) => derived(wanted + suffix));
      locals.set(name, (local = { property, variable: wanted + underscores }));
    }
    return local;
  };
}

/** The variables that may belong to a field. */
function derived(name: string): string[] {
  return [name, `${name}At`, `${name}Slot`, `${name}Code`, `${name}CodeAt`, `${name}CodeSlot`];
}
