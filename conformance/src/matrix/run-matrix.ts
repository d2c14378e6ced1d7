import { loadSchema } from '@pluginart/compiler';
import { casesOf, runPairCell } from '../pair/run-pair-cell.ts';
import { loadSuites } from '../suite/load-suites.ts';
import { allCells, type Cell, cellName, fits } from './cell.ts';
import { schemaPath } from './folders.ts';
import { buildAdapters, readImplementations } from './implementation.ts';
import { inTurns } from './in-turns.ts';
import { Progress } from './progress.ts';
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
}

/** @returns the exit code */
export async function runMatrix(options: MatrixOptions): Promise<number> {
  const implementations = readImplementations();
  for (const { name, missing } of implementations)
    if (missing !== undefined) console.log(`*** SKIPPED: ${name} is not tested, as ${missing}`);
  const present = implementations.filter(({ missing }) => missing === undefined);
  const isWanted = (name: string) =>
    options.cases.length === 0 || options.cases.some((pattern) => fits(name, pattern));
  const cells = allCells(present).filter(
    (cell) => options.cells.length === 0 || options.cells.some((pattern) => fits(cellName(cell), pattern)),
  );
  const suites = loadSuites();
  if (options.isList) {
    for (const cell of cells)
      for (const suite of suites)
        for (const one of casesOf(cell, suite)) console.log(`${cellName(cell)}  ${suite.suite}/${one.name}`);
    return 0;
  }
  buildAdapters(present);
  const contractHash = loadSchema(schemaPath).schema?.contractHash as string;
  const judged: Judged[] = [];
  const progress = new Progress(cells.length);
  const run = async (cell: Cell, isTraced: boolean, wanted: (name: string) => boolean) => {
    const verdicts: Verdict[] = [];
    const onVerdict = (verdict: Verdict) => {
      verdicts.push(verdict);
      progress.note(verdict);
    };
    await runPairCell(cell, { suites, isWanted: wanted, isTraced, contractHash, onVerdict });
    return verdicts;
  };
  await inTurns(cells, options.jobs, async (cell) => {
    const known = [...cell.host.knownFailing, ...cell.plugin.knownFailing];
    const results = (await run(cell, options.isTraced, isWanted)).map((verdict) => judge(verdict, known));
    progress.cellDone();
    judged.push(...results);
    for (const result of results.filter(isBad)) {
      progress.show(result);
      if (options.isTraced || result.failure === undefined) continue;
      const again = await run(cell, true, (name) => name === result.name);
      progress.showTrace(again.find(({ name }) => name === result.name));
    }
  });
  progress.end(judged);
  return judged.some(isBad) || judged.length === 0 ? 1 : 0;
}
