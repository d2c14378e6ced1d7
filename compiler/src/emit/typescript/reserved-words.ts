/** Words that name no variable, function or class in a TypeScript module. */
export const keywords: ReadonlySet<string> = new Set(
  (
    'abstract arguments as async await boolean break case catch class const continue debugger declare default ' +
    'delete do else enum eval export extends false finally for function get if implements import in instanceof ' +
    'interface is keyof let module namespace new null number object of package private protected public readonly ' +
    'require return set static string super switch symbol this throw true try type typeof undefined unique ' +
    'unknown any bigint never var void while with yield'
  ).split(' '),
);

/** Globals that generated code refers to: a definition of that name would hide them. */
export const usedGlobals: ReadonlySet<string> = new Set([
  'Array',
  'Object',
  'Promise',
  'Uint8Array',
  'Buffer',
]);

/**
 * What every object has already. A property or method of that name would clash with it, in types (`{}` would
 * not be assignable) and when a value that leaves it out is read.
 */
export const objectMembers: ReadonlySet<string> = new Set(
  (
    'constructor hasOwnProperty isPrototypeOf propertyIsEnumerable toLocaleString toString valueOf __proto__ ' +
    '__defineGetter__ __defineSetter__ __lookupGetter__ __lookupSetter__'
  ).split(' '),
);

/** Methods that the language calls by itself: `await client` would call `then`, JSON.stringify `toJSON`. */
export const calledByTheLanguage: ReadonlySet<string> = new Set(['then', 'toJSON']);
