/** Throws a TypeError that names the first of `methods` for which `handlers` has no function. */
export function requireHandlers(service: string, handlers: unknown, methods: readonly string[]): void {
  if (typeof handlers !== 'object' || handlers === null) {
    throw new TypeError(
      `the handlers of ${service} have to be an object with the methods ${methods.join(', ')}`,
    );
  }
  for (const method of methods) {
    const handler: unknown = (handlers as Record<string, unknown>)[method];
    if (typeof handler !== 'function') {
      const found =
        handler === undefined
          ? 'it is missing'
          : `it is ${handler === null ? 'null' : `a ${typeof handler}`}`;
      throw new TypeError(`the handlers of ${service} need a function \`${method}\`: ${found}`);
    }
  }
}
