/**
 * The generated code of the examples: what `pluginart gen bindings` is called with. Paths are relative to the root.
 * @type {readonly { target: 'host' | 'plugin', language: 'typescript' | 'go', schema: string, out: string }[]}
 */
export const exampleBindings = [
  ...bindings('plugin', 'typescript', {
    echo: 'examples/plugin-ts/plugin',
    repeat: 'examples/plugin-repeat-ts/plugin',
    outline: 'examples/plugin-outline-ts/plugin',
  }),
  ...bindings('plugin', 'go', {
    echo: 'examples/plugin-go/plugin',
    repeat: 'examples/plugin-repeat-go/plugin',
  }),
  ...bindings('host', 'typescript', {
    echo: 'examples/host-ts/plugins/echo',
    repeat: 'examples/host-ts/plugins/repeat',
  }),
  ...bindings('host', 'go', { echo: 'examples/host-go/plugins', repeat: 'examples/host-go/plugins' }),
  ...bindings('host', 'typescript', {
    echo: 'examples/demo/plugins/echo',
    repeat: 'examples/demo/plugins/repeat',
    outline: 'examples/demo/plugins/outline',
  }),
];

/** One for each schema of examples/schema, by its name. */
function bindings(target, language, outs) {
  return Object.entries(outs).map(([name, out]) => ({
    target,
    language,
    schema: `examples/schema/${name}.fbs`,
    out,
  }));
}
