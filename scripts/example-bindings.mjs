/**
 * The generated code of the examples: what `pluginart gen bindings` is called with. Paths are relative to the root.
 * @type {readonly { target: 'host' | 'plugin', language: 'typescript' | 'go' | 'python', schema: string, out: string }[]}
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
  ...bindings('plugin', 'python', {
    echo: 'examples/plugin-py/plugin',
    repeat: 'examples/plugin-repeat-py/plugin',
  }),
  ...bindings('host', 'typescript', {
    echo: 'examples/host-ts/plugins/echo',
    repeat: 'examples/host-ts/plugins/repeat',
  }),
  ...bindings('host', 'go', { echo: 'examples/host-go/plugins', repeat: 'examples/host-go/plugins' }),
  ...bindings('host', 'python', {
    echo: 'examples/host-py/plugins/echo',
    repeat: 'examples/host-py/plugins/repeat',
  }),
  ...bindings('host', 'typescript', {
    echo: 'examples/demo/plugins/echo',
    repeat: 'examples/demo/plugins/repeat',
    outline: 'examples/demo/plugins/outline',
  }),
];

/** The same of examples/pipeline. */
export const pipelineBindings = [
  ...bindings('plugin', 'typescript', { markdown: 'plugin-markdown/plugin' }, 'examples/pipeline'),
  ...bindings('plugin', 'python', { highlight: 'plugin-highlight/plugin' }, 'examples/pipeline'),
  ...bindings('plugin', 'go', { minify: 'plugin-minify/plugin' }, 'examples/pipeline'),
  ...bindings(
    'host',
    'typescript',
    {
      markdown: 'host/plugins/markdown',
      highlight: 'host/plugins/highlight',
      minify: 'host/plugins/minify',
    },
    'examples/pipeline',
  ),
];

/** One for each schema of a folder, by its name. `outs` begin at the root, or at the folder where one is given. */
function bindings(target, language, outs, folder) {
  return Object.entries(outs).map(([name, out]) => ({
    target,
    language,
    schema: `${folder ?? 'examples'}/schema/${name}.fbs`,
    out: folder === undefined ? out : `${folder}/${out}`,
  }));
}
