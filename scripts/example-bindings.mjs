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

/** The same of examples/pipeline. */
export const pipelineBindings = [
  ...bindings('plugin', 'typescript', { markdown: 'plugin-markdown/plugin' }, 'examples/pipeline'),
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
