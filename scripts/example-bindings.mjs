/** The generated code of the examples: what `pluginart gen bindings` is called with. Paths are relative to the root. */
export const exampleBindings = [
  { target: 'plugin', schema: 'examples/schema/echo.fbs', out: 'examples/plugin-ts/plugin' },
  { target: 'plugin', schema: 'examples/schema/repeat.fbs', out: 'examples/plugin-repeat-ts/plugin' },
  { target: 'plugin', schema: 'examples/schema/outline.fbs', out: 'examples/plugin-outline-ts/plugin' },
  { target: 'host', schema: 'examples/schema/echo.fbs', out: 'examples/host-ts/plugins/echo' },
  { target: 'host', schema: 'examples/schema/repeat.fbs', out: 'examples/host-ts/plugins/repeat' },
  { target: 'host', schema: 'examples/schema/echo.fbs', out: 'examples/demo/plugins/echo' },
  { target: 'host', schema: 'examples/schema/repeat.fbs', out: 'examples/demo/plugins/repeat' },
  { target: 'host', schema: 'examples/schema/outline.fbs', out: 'examples/demo/plugins/outline' },
];
