// Writes all committed code that is generated. With --check it writes nothing, lists the files that are not
// current, and exits with 1 if there are any.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  generateBindings,
  generateCodecModules,
  generateCodecPackage,
  generateEnumModule,
  generateGoBindings,
  generatePythonBindings,
  generatePythonCodecs,
  generatePythonEnum,
  loadSchema,
} from '../compiler/src/index.ts';
import { readRules } from '../conformance/src/rules/read-rules.ts';
import { exampleBindings, pipelineBindings } from './example-bindings.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const runtime = 'runtimes/typescript';
const { version } = JSON.parse(readFileSync(join(root, 'compiler/package.json'), 'utf8'));

/** Each gives files, their paths relative to the root. */
const generators = [
  controlMessages,
  goControlMessages,
  pythonControlMessages,
  goSample,
  pythonSample,
  configSchema,
  benchBindings,
  conformanceBindings,
  protocolRules,
  examples,
];

function controlMessages() {
  const schema = load('protocol/pluginart.fbs');
  const options = {
    version,
    importExtension: '.ts',
    codecModule: '../codec/index.ts',
    omitEnums: ['ErrorCode'],
  };
  return [
    ...generateCodecModules(schema, options).map((file) => ({
      ...file,
      path: `${runtime}/src/control/${file.path}`,
    })),
    generateEnumModule(schema, 'ErrorCode', `${runtime}/src/errors/error-code.ts`, options),
  ];
}

function goControlMessages() {
  const options = { version, packageName: 'control', omitEnums: ['ErrorCode'] };
  return generateCodecPackage(load('protocol/pluginart.fbs'), options).map((file) => ({
    ...file,
    path: `pkg/internal/control/${file.path}`,
  }));
}

function pythonControlMessages() {
  const schema = load('protocol/pluginart.fbs');
  const options = { version, runtimeModule: '..', omitEnums: ['ErrorCode'] };
  const folder = 'runtimes/python/src/pluginart';
  return [
    ...generatePythonCodecs(schema, options).map((file) => ({
      ...file,
      path: `${folder}/control/${file.path}`,
    })),
    generatePythonEnum(schema, 'ErrorCode', `${folder}/errors/error_code.py`, options),
  ];
}

/** A schema with a bit of everything, for the tests of Go's codecs, and of Python's. */
function goSample() {
  return goBindings('compiler/test/emit/schemas/rich.fbs', 'pkg/internal/sample');
}

function pythonSample() {
  const schema = load('compiler/test/emit/schemas/rich.fbs');
  return generatePythonBindings(schema, { target: 'host', version }).map((file) => ({
    ...file,
    path: `runtimes/python/tests/sample/rich/${file.path}`,
  }));
}

function goBindings(path, folder) {
  return bothSides(path, folder, generateGoBindings);
}

/** Both sides in one package. */
function bothSides(path, folder, generate) {
  const schema = load(path);
  const host = generate(schema, { target: 'host', version });
  const plugin = generate(schema, { target: 'plugin', version });
  const paths = new Set(plugin.map(({ path }) => path));
  return [...plugin, ...host.filter(({ path }) => !paths.has(path))].map((file) => ({
    ...file,
    path: `${folder}/${file.path}`,
  }));
}

/** Run as TypeScript, so the paths they import end as files do. */
function benchBindings() {
  return [
    ...bindings('examples/schema/echo.fbs', 'host', 'bench/side-by-side/generated/host'),
    ...bindings('examples/schema/echo.fbs', 'plugin', 'bench/side-by-side/generated/plugin'),
    ...bindings('bench/codec/messages.fbs', 'host', 'bench/codec/generated'),
    ...goBindings('examples/schema/echo.fbs', 'bench/go/generated'),
    ...bothSides('examples/schema/echo.fbs', 'bench/python/side_by_side/generated', generatePythonBindings),
    ...generatePythonCodecs(load('bench/codec/messages.fbs'), { version }).map((file) => ({
      ...file,
      path: `bench/python/codec/generated/${file.path}`,
    })),
  ];
}

function conformanceBindings() {
  const path = 'conformance/schema/conformance.fbs';
  const folder = 'conformance/adapters';
  return [
    ...bindings(path, 'host', `${folder}/ts/generated/host`),
    ...bindings(path, 'plugin', `${folder}/ts/generated/plugin`),
    ...goBindings(path, `${folder}/go/generated`),
    ...bothSides(path, `${folder}/py/generated`, generatePythonBindings),
  ];
}

/** The numbered rules and the codes, so that what judges by them can quote them. */
function protocolRules() {
  const rules = readRules(readFileSync(join(root, 'protocol/PROTOCOL.md'), 'utf8'));
  return [
    { path: 'conformance/rules.json', text: `${JSON.stringify(rules, undefined, 2)}\n` },
    generateEnumModule(load('protocol/pluginart.fbs'), 'ErrorCode', 'conformance/src/wire/error-code.ts', {
      version,
      importExtension: '.ts',
    }),
  ];
}

function bindings(schema, target, folder) {
  const options = { language: 'typescript', target, version, importExtension: '.ts' };
  return generateBindings(load(schema), options).map((file) => ({ ...file, path: `${folder}/${file.path}` }));
}

function examples() {
  const generate = {
    typescript: generateBindings,
    go: generateGoBindings,
    python: generatePythonBindings,
  };
  return [...exampleBindings, ...pipelineBindings].flatMap(({ target, language, schema, out }) =>
    generate[language](load(schema), { language, target, version }).map((file) => ({
      ...file,
      path: `${out}/${file.path}`,
    })),
  );
}

async function configSchema() {
  const { configJsonSchema } = await import('../runtimes/typescript/src/host/manager/config/json-schema.ts');
  return [{ path: `${runtime}/pluginart.schema.json`, text: configJsonSchema() }];
}

function load(path) {
  const { schema, diagnostics } = loadSchema(join(root, path));
  if (schema === undefined)
    throw new Error(diagnostics.map(({ message }) => `${path}: ${message}`).join('\n'));
  return schema;
}

function isCurrent({ path, text }) {
  try {
    return readFileSync(join(root, path), 'utf8') === text;
  } catch (error) {
    if (error.code === 'ENOENT') return false;
    throw error;
  }
}

/** What an earlier run generated beside the files of this one, which this one no longer does. */
function leftovers(files) {
  const written = new Set(files.map(({ path }) => join(root, path)));
  const folders = new Set([...written].map(dirname).filter((folder) => existsSync(folder)));
  return [...folders]
    .flatMap((folder) => readdirSync(folder, { withFileTypes: true }))
    .filter((entry) => entry.isFile() && !written.has(join(entry.parentPath, entry.name)))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => /^\S+ (Code g|G)enerated by pluginart /.test(readFileSync(path, 'utf8')))
    .map((path) => relative(root, path));
}

const files = (await Promise.all(generators.map((generate) => generate()))).flat();
const old = leftovers(files);
const stale = files.filter((file) => !isCurrent(file));
if (process.argv.includes('--check')) {
  for (const { path } of stale) console.log(`${path} is not current: run npm run generate`);
  for (const path of old) console.log(`${path} is no longer generated: run npm run generate`);
  process.exitCode = stale.length + old.length === 0 ? 0 : 1;
} else {
  for (const { path, text } of stale) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
    console.log(`wrote ${path}`);
  }
  for (const path of old) {
    rmSync(join(root, path));
    console.log(`removed ${path}`);
  }
}
