import { fileURLToPath } from 'node:url';

/** Of the package: where adapters, schema and what is built lie. */
export const packageFolder = fileURLToPath(
  import.meta.resolve('@pluginart/conformance/package.json'),
).replace(/\/package\.json$/, '');

/** What is built. The runner is started from there, its tests from the sources. */
export const builtFolder = `${packageFolder}/dist/conformance`;
export const adaptersFolder = `${packageFolder}/adapters`;
export const schemaPath = `${packageFolder}/schema/conformance.fbs`;
