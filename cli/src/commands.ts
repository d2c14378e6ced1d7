import type { Command, OptionSpec } from './command.ts';

const json: OptionSpec = { name: 'json', description: 'Print the result as JSON, for scripts.' };

const schema: OptionSpec = {
  name: 'schema',
  value: '<glob>',
  description: 'The schema file; a glob must match exactly one. Default: ./schema/*.fbs',
};

const include: OptionSpec = {
  name: 'include',
  short: 'I',
  value: '<dir>',
  multiple: true,
  description: 'Where included schemas are looked for, after the folder of the file that includes them.',
};

const lang: OptionSpec = {
  name: 'lang',
  value: '<language>',
  choices: ['typescript', 'go', 'python'],
  description: 'typescript (default), go or python.',
};

export const commands: readonly Command[] = [
  {
    words: ['init', 'schema'],
    summary: 'Write a first schema to build on',
    details: [
      'A schema is the contract between a host and its plugins: the methods, and what goes in and out.',
    ],
    options: [
      {
        name: 'name',
        value: '<name>',
        required: true,
        description: 'Names the file, its namespace and its service, such as "echo" or "image-tools".',
      },
      { name: 'out', value: '<dir>', description: 'The folder to write to. Default: ./schema' },
      json,
    ],
    examples: [{ command: 'pluginart init schema --name echo', description: 'writes ./schema/echo.fbs' }],
    load: () => import('./commands/init-schema.ts'),
  },
  {
    words: ['gen', 'bindings'],
    summary: 'Generate the typed code of a host or a plugin',
    details: [
      'For a host: a client with one method for each method of the schema. For a plugin: the service that calls its handlers.',
      'Files whose content would stay the same are not touched. Nothing is written unless everything succeeded.',
    ],
    options: [
      {
        name: 'target',
        value: '<side>',
        choices: ['host', 'plugin'],
        required: true,
        description: 'Which side the code is for: host or plugin.',
      },
      lang,
      schema,
      { name: 'out', value: '<dir>', description: 'The folder to write to. Default: ./gen' },
      include,
      json,
    ],
    examples: [
      {
        command: 'pluginart gen bindings --target host --out src/gen',
        description: 'for a host, from the one schema in ./schema',
      },
      {
        command: 'pluginart gen bindings --target plugin --schema ../api/echo.fbs -I ../api/common',
        description: 'for a plugin, with includes from another folder',
      },
    ],
    load: () => import('./commands/gen-bindings.ts'),
  },
  {
    words: ['gen', 'plugin'],
    summary: 'Generate a whole plugin that builds and runs',
    details: [
      'Writes the files that are yours (plugin.ts, handler.ts, package.json, tsconfig.json, Dockerfile; in Go main.go, plugin.go, go.mod, go.sum; in Python plugin.py, handler.py, requirements.txt) and, under plugin/, the generated bindings.',
      'Run it again after the schema changed: it renews plugin/ and keeps your files, unless --overwrite-skeleton is given.',
    ],
    options: [
      { name: 'name', value: '<name>', description: "The plugin's name. Default: the service's name" },
      lang,
      schema,
      {
        name: 'out',
        value: '<dir>',
        description:
          'The folder to write to. Default: ./<name>-plugin-ts, in Go ./<name>-plugin, in Python ./<name>-plugin-py',
      },
      include,
      { name: 'overwrite-skeleton', description: 'Write your files anew, too. What is in them is lost.' },
      json,
    ],
    examples: [
      { command: 'pluginart gen plugin --name echo', description: 'from the one schema in ./schema' },
      {
        command: 'pluginart gen plugin --name shout --schema schema/echo.fbs --out plugins/shout',
        description: 'a second plugin of the same contract',
      },
    ],
    load: () => import('./commands/gen-plugin.ts'),
  },
  {
    words: ['validate'],
    summary: 'Check a schema, a configuration, or both',
    details: [
      'A schema: prints its contract hash, or all of its errors.',
      'A configuration: prints a line for each plugin. Checks every key, that programs exist and may be run, that addresses are well-formed, and that contract_hash is the hash of schema where both are given.',
    ],
    positional: { name: 'schema', description: 'The schema file, short for --schema.' },
    options: [
      schema,
      { name: 'config', value: '<file>', description: 'The configuration, such as pluginart.toml.' },
      include,
      json,
    ],
    examples: [
      { command: 'pluginart validate schema/echo.fbs', description: 'prints contract_hash: sha256:...' },
      { command: 'pluginart validate --config pluginart.toml', description: 'a line for each plugin' },
      { command: 'pluginart validate', description: 'the one schema in ./schema' },
    ],
    load: () => import('./commands/validate.ts'),
  },
  {
    words: ['conformance'],
    summary: 'Certify a plugin, in any language, against the protocol',
    details: [
      'Starts the plugin as a host does, many times over, and does to it what hosts do, well and badly: handshakes, proofs, pings, frames that are none, signals. For each thing that it gets wrong it says what, and which rule of PROTOCOL.md says so.',
      'Exit code 0: it got nothing wrong.',
    ],
    options: [
      {
        name: 'plugin',
        value: '<command>',
        required: true,
        description: 'The line that starts the plugin, as for a shell.',
      },
      { ...schema, description: 'The schema that the plugin serves. Default: the one in ./schema' },
      {
        name: 'transport',
        value: '<kind>',
        choices: ['unix', 'tcp'],
        description: 'What it listens on. Default: unix.',
      },
      {
        name: 'case',
        value: '<pattern>',
        multiple: true,
        description: 'Only these cases, such as "plugin-handshake/*".',
      },
      {
        name: 'trace',
        description:
          'Show what went over the wire, frame by frame: where a case failed, and in each that --case names.',
      },
      json,
    ],
    examples: [
      {
        command: 'pluginart conformance --plugin ./my-plugin --schema schema/echo.fbs',
        description: 'what it got wrong, if anything',
      },
    ],
    load: () => import('./commands/conformance.ts'),
  },
];
