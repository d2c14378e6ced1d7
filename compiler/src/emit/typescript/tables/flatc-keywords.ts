/**
 * What flatc 25 spells with `_` at the end where it would name a method or a parameter. Other keywords of
 * TypeScript (`type`, `get`) may stand in both places.
 */
export const flatcKeywords: ReadonlySet<string> = new Set(
  (
    'arguments break case catch class const continue debugger default delete do else enum export extends false ' +
    'finally for function if import in instanceof new null Object return super switch this throw true try typeof ' +
    'var void while with as implements interface let package private protected public static yield'
  ).split(' '),
);
