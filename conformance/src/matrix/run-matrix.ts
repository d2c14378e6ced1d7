import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { loadSchema } from '@pluginart/compiler';
import { hostSuites } from '../host-alone/host-suites.ts';
import { runHostCases } from '../host-alone/run-host-cases.ts';
import { casesOf, runPairCell } from '../pair/run-pair-cell.ts';
import { pluginSuites } from '../plugin/plugin-suites.ts';
import { runPluginCases } from '../plugin/run-plugin-cases.ts';
import { allRules } from '../rules/find-rule.ts';
import { loadSuites } from '../suite/load-suites.ts';
import { type AdapterImage, buildImage, imageTag, missingEngine } from './adapter-image.ts';
import { allCells, type Cell, cellName, fits } from './cell.ts';
import { packageFolder, schemaPath } from './folders.ts';
import { buildAdapters, type Implementation, readImplementations } from './implementation.ts';
import { inTurns } from './in-turns.ts';
import { Progress } from './progress.ts';
import { withTable } from './readme-table.ts';
import { resultsPage } from './results-page.ts';
import { isBad, type Judged, judge, type Verdict } from './verdict.ts';

export interface MatrixOptions {
  /** Patterns; empty = all. */
  readonly cells: readonly string[];
  readonly cases: readonly string[];
  /** Everything goes through something that listens. */
  readonly isTraced: boolean;
  /** Cells at once. */
  readonly jobs: number;
  readonly isList: boolean;
  /** RESULTS.md is compared, not written. */
  readonly isCheck: boolean;
}

/** One field, of whichever kind: runs the cases that are wanted. */
interface Field {
  readonly name: string;
  readonly knownFailing: readonly string[];
  /** The names of its cases. */
  readonly cases: readonly string[];
  /** That its plugins run in. */
  readonly image?: AdapterImage | undefined;
  run(
    isWanted: (name: string) => boolean,
    isTraced: boolean,
    onVerdict: (verdict: Verdict) => void,
  ): Promise<void>;
}

const resultsPath = `${packageFolder}/RESULTS.md`;
const readmePath = `${packageFolder}/../README.md`;

/** @returns the exit code */
export async function runMatrix(options: MatrixOptions): Promise<number> {
  const implementations = readImplementations();
  for (const { name, missing } of implementations)
    if (missing !== undefined) console.log(`*** SKIPPED: ${name} is not tested, as ${missing}`);
  const noEngine = missingEngine();
  if (noEngine !== undefined) console.log(`*** SKIPPED: no plugin is tested in a container, as ${noEngine}`);
  const present = implementations.filter(({ missing }) => missing === undefined);
  const isWanted = (name: string) =>
    options.cases.length === 0 || options.cases.some((pattern) => fits(name, pattern));
  const pairs = pairFields(present).filter(({ image }) => image === undefined || noEngine === undefined);
  const fields = [...pairs, ...hostFields(present), ...pluginFields(present)].filter(
    ({ name }) => options.cells.length === 0 || options.cells.some((pattern) => fits(name, pattern)),
  );
  if (options.isList) {
    for (const { name, cases } of fields)
      for (const one of cases.filter(isWanted)) console.log(`${name}  ${one}`);
    return 0;
  }
  buildAdapters(present);
  buildImages(fields);
  const judged = await runFields(fields, isWanted, options);
  const isWhole =
    options.cells.length + options.cases.length === 0 &&
    present.length === implementations.length &&
    noEngine === undefined;
  const isCurrent = !isWhole || settleResults(resultsPage(present, judged, allRules()), options.isCheck);
  return judged.some(isBad) || judged.length === 0 || !isCurrent ? 1 : 0;
}

function buildImages(fields: readonly Field[]): void {
  const images = fields.flatMap(({ image }) => image ?? []);
  for (const image of new Map(images.map((one) => [imageTag(one), one])).values()) buildImage(image);
}

async function runFields(
  fields: readonly Field[],
  isWanted: (name: string) => boolean,
  options: MatrixOptions,
): Promise<Judged[]> {
  const judged: Judged[] = [];
  const progress = new Progress(fields.length);
  await inTurns(fields, options.jobs, async (field) => {
    const results: Judged[] = [];
    await field.run(isWanted, options.isTraced, (verdict) => {
      progress.note(verdict);
      results.push(judge(verdict, field.knownFailing));
    });
    progress.cellDone();
    judged.push(...results);
    for (const result of results.filter(isBad)) {
      progress.show(result);
      if (result.trace !== undefined || result.failure === undefined) continue;
      await field.run(
        (name) => name === result.name,
        true,
        (again) => progress.showTrace(again.name === result.name ? again : undefined),
      );
    }
  });
  progress.end(judged);
  return judged;
}

function pairFields(implementations: readonly Implementation[]): Field[] {
  const suites = loadSuites().filter((suite) => suite.role === 'pair');
  return allCells(implementations).map((cell: Cell) => ({
    name: cellName(cell),
    knownFailing: [...cell.host.knownFailing, ...cell.plugin.knownFailing],
    cases: suites.flatMap((suite) => casesOf(cell, suite).map(({ name }) => `${suite.suite}/${name}`)),
    image: cell.transport === 'docker' ? cell.plugin.plugin.image : undefined,
    run: (isWanted, isTraced, onVerdict) =>
      runPairCell(cell, { suites, isWanted, isTraced, contractHash: contractHash(), onVerdict }),
  }));
}

/** `go/-`: a host and plugins that the runner plays. */
function hostFields(implementations: readonly Implementation[]): Field[] {
  const suites = hostSuites();
  return implementations
    .filter(({ host }) => host.features.includes('manager'))
    .map((implementation) => ({
      name: `${implementation.id}/-`,
      knownFailing: implementation.knownFailing,
      cases: suites.flatMap(({ suite, cases }) => cases.map(({ name }) => `${suite}/${name}`)),
      run: (isWanted, _, onVerdict) => runHostCases({ host: implementation, suites, isWanted, onVerdict }),
    }));
}

/** `-/go/unix`: a plugin and a host that the runner plays. */
function pluginFields(implementations: readonly Implementation[]): Field[] {
  const suites = pluginSuites(contractHash());
  return implementations
    .filter(({ plugin }) => plugin.features.includes('version-2'))
    .flatMap(({ id, plugin, knownFailing }) =>
      (['unix', 'tcp'] as const).map((transport) => ({
        name: `-/${id}/${transport}`,
        knownFailing,
        cases: suites.flatMap(({ suite, cases }) => cases.map(({ name }) => `${suite}/${name}`)),
        run: (
          isWanted: (name: string) => boolean,
          isTraced: boolean,
          onVerdict: (verdict: Verdict) => void,
        ) =>
          runPluginCases({
            command: plugin.command,
            transport,
            contractHash: contractHash(),
            suites,
            isWanted,
            cell: `-/${id}/${transport}`,
            onVerdict: (verdict) => onVerdict(isTraced ? verdict : withoutTraceOfSuccess(verdict)),
          }),
      })),
    );
}

/** The frames of a failure are worth showing without being asked for. */
function withoutTraceOfSuccess(verdict: Verdict): Verdict {
  return verdict.failure === undefined ? { ...verdict, trace: undefined } : verdict;
}

function contractHash(): string {
  return loadSchema(schemaPath).schema?.contractHash as string;
}

/** Writes RESULTS.md and the table of the README, or compares them. @returns whether they are as they should be */
function settleResults(text: string, isCheck: boolean): boolean {
  const pages = [
    [resultsPath, text],
    [readmePath, withTable(readFileSync(readmePath, 'utf8'), text)],
  ] as const;
  const stale = pages.filter(([path, page]) => !existsSync(path) || readFileSync(path, 'utf8') !== page);
  if (!isCheck) {
    for (const [path, page] of stale) writeFileSync(path, page);
    return true;
  }
  for (const [path] of stale) console.log(`${path} is not current: run npm run conformance`);
  return stale.length === 0;
}
