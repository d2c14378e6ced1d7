/**
 * Turns schema names into the spellings of other languages, as flatc does, so that names agree with code
 * that flatc generated from the same schema.
 */

/** `foo_bar` and `FooBar` become `fooBar`; a leading and a trailing underscore stay. */
export function lowerCamel(name: string): string {
  return camel(name, (first) => first.toLowerCase());
}

/** `foo_bar` and `fooBar` become `FooBar`; a trailing underscore stays, a leading one too. */
export function pascalCase(name: string): string {
  if (!name.startsWith('_')) return camel(name, (first) => first.toUpperCase());
  return `_${camel(name.slice(1), (first) => first.toUpperCase())}`;
}

function camel(name: string, first: (letter: string) => string): string {
  return (
    first(name.charAt(0)) + name.slice(1).replace(/_(.)/g, (_match, letter: string) => letter.toUpperCase())
  );
}

/** `EchoRequest` becomes `echo_request`, `EchoV2` `echo_v2`; a run of capitals stays one word: `HTTPRequest` is `httprequest`. */
export function snakeCase(name: string): string {
  return name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
}

/** `EchoRequest` becomes `echo-request`; no dash comes first or before a digit: `Vec3` is `vec3`. */
export function kebabCase(name: string): string {
  const kebab = snakeCase(name)
    .replace(/^_|_(?=[0-9])/g, '')
    .replaceAll('_', '-');
  return kebab === '' ? name : kebab;
}
