import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { PluginSpec } from '../../supervise/plugin-spec.ts';
import { isLoopback } from './address.ts';
import { resolveContract } from './contract.ts';
import { describeIssue } from './describe-issue.ts';
import type { ConfigProblem, Place } from './problem.ts';
import { describeReadFailure } from './read-failure.ts';
import { resolvePlugin } from './resolve-plugin.ts';
import { type ConfigDefaults, common, configShape, defaultsShape, pluginShape } from './shape.ts';
import { readToken } from './token.ts';
import { type Path, parseToml, type TomlDocument, TomlSyntaxError } from './toml-document.ts';

/** All that can be said about a configuration file without starting anything. */
export interface ConfigReport {
  /** The file as it was named. */
  readonly file: string;
  /** Entries in the order of the file. */
  readonly plugins: readonly CheckedPlugin[];
  /** Everything wrong, in the order of the file. Empty = the file can be used. */
  readonly problems: readonly ConfigProblem[];
  readonly warnings: readonly ConfigProblem[];
}

export interface CheckedPlugin {
  /** Undefined where the entry has none that can be used. */
  readonly name: string | undefined;
  /** Where a key of the entry stands, or the entry itself where it has no such key. */
  placeOf(key: string): Place;
  /** The schema file that the entry names, absolute. */
  readonly schema: string | undefined;
  /** Undefined where something is wrong with the entry. */
  readonly spec: PluginSpec | undefined;
}

/**
 * Reads and checks a `pluginart.toml`. Never throws for what is wrong with the file: that is in `problems`.
 * @param environment where `token_env` looks. Default: this process's.
 */
export function checkConfig(file: string, environment: NodeJS.ProcessEnv = process.env): ConfigReport {
  const unusable = (message: string, place?: Place): ConfigReport => {
    return { file, plugins: [], problems: [{ file, place, plugin: undefined, message }], warnings: [] };
  };
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(file));
  } catch (error) {
    if (error instanceof TypeError) return unusable('the file is not UTF-8 text');
    return unusable(`cannot read the configuration: ${describeReadFailure(error)}`);
  }
  try {
    return new Check(file, parseToml(text), environment).run();
  } catch (error) {
    if (!(error instanceof TomlSyntaxError)) throw error;
    return unusable(`not valid TOML: ${error.message}`, error.place);
  }
}

class Check {
  readonly #file: string;
  readonly #folder: string;
  readonly #document: TomlDocument;
  readonly #environment: NodeJS.ProcessEnv;
  readonly #problems: ConfigProblem[] = [];
  readonly #warnings: ConfigProblem[] = [];
  /** Indices of the entries about which something was said. */
  readonly #faulty = new Set<number>();

  constructor(file: string, document: TomlDocument, environment: NodeJS.ProcessEnv) {
    this.#file = file;
    this.#folder = dirname(resolve(file));
    this.#document = document;
    this.#environment = environment;
  }

  run(): ConfigReport {
    const { root } = this.#document;
    this.#checkShape();
    const entries = Array.isArray(root.plugins) ? root.plugins : [];
    this.#checkNames(entries);
    const defaults = defaultsShape.safeParse(root.defaults ?? {}).data ?? {};
    const plugins = entries.map((entry, index) => this.#checkPlugin(entry, index, defaults));
    if (plugins.length === 0 && this.#problems.length === 0) {
      this.#warn([], 'no plugin is configured: add a [[plugins]] entry');
    }
    return {
      file: this.#file,
      plugins,
      problems: this.#problems.sort(byPlace),
      warnings: this.#warnings.sort(byPlace),
    };
  }

  #checkShape(): void {
    for (const issue of configShape.safeParse(this.#document.root).error?.issues ?? []) {
      for (const { place, message } of describeIssue(issue, this.#document)) {
        this.#report(issue.path, message, place);
      }
    }
  }

  #checkNames(entries: readonly unknown[]): void {
    const first = new Map<string, number>();
    entries.forEach((entry, index) => {
      const name = stringAt(entry, 'name');
      if (name === undefined) return;
      const earlier = first.get(name);
      if (earlier === undefined) {
        first.set(name, index);
        return;
      }
      const { line } = this.#document.placeOf(['plugins', earlier, 'name']);
      this.#report(
        ['plugins', index, 'name'],
        `name is taken already, in line ${line}: each plugin needs its own`,
      );
    });
  }

  #checkPlugin(raw: unknown, index: number, defaults: ConfigDefaults): CheckedPlugin {
    const path = ['plugins', index];
    const schema = stringAt(raw, 'schema');
    const contract = this.#checkContract(raw, path);
    const token = this.#checkToken(raw, path);
    const entry = this.#faulty.has(index) ? undefined : pluginShape.safeParse(raw).data;
    const spec =
      entry === undefined || contract === undefined
        ? undefined
        : resolvePlugin(entry, { defaults, folder: this.#folder, contractHash: contract, token });
    if (spec?.launch.type === 'remote' && token === undefined && !isLoopback(spec.launch.host)) {
      this.#warn(
        path,
        'nothing proves who answers at this address: set token_env to share a secret with the plugin',
      );
    }
    return {
      name: this.#nameOf(path),
      placeOf: (key) => this.#document.placeOf([...path, key]),
      schema: schema === undefined ? undefined : resolve(this.#folder, schema),
      spec,
    };
  }

  #checkContract(raw: unknown, path: Path): string | undefined {
    if (typeof raw !== 'object' || raw === null) return undefined;
    // A value of the wrong shape was reported by the validator; here it only must not pass for absent.
    const claim = {
      contractHash: common.contract_hash.safeParse(stringAt(raw, 'contract_hash')).data,
      schema: stringAt(raw, 'schema') || undefined,
    };
    if (claim.contractHash === undefined && claim.schema === undefined) {
      if ('contract_hash' in raw || 'schema' in raw) return undefined;
    }
    const result = resolveContract(claim, this.#folder);
    if ('hash' in result) return result.hash;
    this.#report(result.key === undefined ? path : [...path, result.key], result.wrong);
    return undefined;
  }

  #checkToken(raw: unknown, path: Path): string | undefined {
    const variable = stringAt(raw, 'token_env');
    if (!variable || stringAt(raw, 'type') !== 'remote') return undefined;
    const result = readToken(variable, this.#environment);
    if ('token' in result) return result.token;
    this.#report([...path, 'token_env'], result.wrong);
    return undefined;
  }

  #report(path: Path, message: string, place: Place | undefined = this.#document.placeOf(path)): void {
    if (path[0] === 'plugins' && typeof path[1] === 'number') this.#faulty.add(path[1]);
    this.#problems.push({ file: this.#file, place, plugin: this.#nameOf(path), message });
  }

  #warn(path: Path, message: string): void {
    const place = this.#document.placeOf(path);
    this.#warnings.push({ file: this.#file, place, plugin: this.#nameOf(path), message });
  }

  #nameOf(path: Path): string | undefined {
    const { plugins } = this.#document.root;
    if (path[0] !== 'plugins' || typeof path[1] !== 'number' || !Array.isArray(plugins)) return undefined;
    return common.name.safeParse(stringAt(plugins[path[1]], 'name')).data;
  }
}

function stringAt(table: unknown, key: string): string | undefined {
  if (typeof table !== 'object' || table === null || !Object.hasOwn(table, key)) return undefined;
  const value = (table as Record<string, unknown>)[key];
  return typeof value === 'string' ? value : undefined;
}

function byPlace(a: ConfigProblem, b: ConfigProblem): number {
  return (a.place?.line ?? 0) - (b.place?.line ?? 0) || (a.place?.column ?? 0) - (b.place?.column ?? 0);
}
