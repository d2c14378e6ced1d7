// `npm run bench`: see README.md.
import { writeFileSync } from 'node:fs';
import { codecReport, judgeCodecs } from './codec/codec-report.ts';
import { type CodecResult, runCodecRounds } from './codec/codec-rounds.ts';
import { type GoFigures, hasGo, runGoBench } from './go-bench.ts';
import { type Options, readOptions, usage } from './options.ts';
import { hasPython, type PythonFigures, runPythonBench } from './python-bench.ts';
import { describeMachine, machineLine } from './report/machine.ts';
import { judge, type Verdict } from './side-by-side/expectations.ts';
import { type Rates, runRounds } from './side-by-side/rounds.ts';
import { sideBySideReport, verdictsReport } from './side-by-side/side-by-side-report.ts';
import { exceededLimits } from './suite/limits.ts';
import type { Row } from './suite/row.ts';
import { runSuite } from './suite/run-suite.ts';
import { suiteReport } from './suite/suite-report.ts';

let options: Options;
try {
  options = readOptions(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${(error as Error).message}\n\n${usage}\n`);
  process.exit(2);
}
process.exitCode = await bench(options);

async function bench(given: Options): Promise<number> {
  const { parts, durationMs, suiteWarmUpMs, rounds, sliceMs, roundsWarmUpMs, quick, jsonFile } = given;
  const machine = describeMachine();
  print(machineLine(machine));
  if (quick) print('A smoke test: these figures mean nothing.');

  let rows: Row[] = [];
  let rates: Rates | undefined;
  let codecs: CodecResult[] = [];
  let go: GoFigures | undefined;
  let python: PythonFigures | undefined;
  const verdicts: Verdict[] = [];
  if (parts.includes('suite')) {
    rows = await runSuite({ durationMs, warmUpMs: suiteWarmUpMs, onProgress: progress });
    print(suiteReport(rows));
  }
  if (parts.includes('side-by-side')) {
    rates = await runRounds({ rounds, sliceMs, warmUpMs: roundsWarmUpMs, onProgress: progress });
    print(sideBySideReport(rates, rounds));
    verdicts.push(...judge(rates));
  }
  if (parts.includes('codec')) {
    codecs = runCodecRounds({ rounds, sliceMs: sliceMs / 4, onProgress: progress });
    print(codecReport(codecs));
    verdicts.push(...judgeCodecs(codecs));
  }
  if (verdicts.length > 0) print(verdictsReport(verdicts));

  if (parts.includes('go')) {
    if (hasGo) go = runGoBench(given);
    else print('*** SKIPPED: go is not on PATH, so nothing of Go is measured');
  }
  if (parts.includes('python')) {
    if (hasPython) python = runPythonBench(given);
    else print('*** SKIPPED: there is no python3 with venv, so nothing of Python is measured');
  }

  const failures = exceededLimits(rows);
  for (const failure of failures) process.stderr.write(`FAILED: ${failure}\n`);
  if (jsonFile !== undefined) {
    const figures = {
      machine,
      quick,
      suite: rows,
      sideBySide: rates,
      codecs,
      expectations: verdicts,
      failures,
      go,
      python,
    };
    writeFileSync(jsonFile, `${JSON.stringify(figures, undefined, 2)}\n`);
  }
  const isFine = failures.length === 0 && (go?.failures.length ?? 0) === 0 && python?.failed !== true;
  return isFine ? 0 : 1;
}

function print(text: string): void {
  process.stdout.write(`${text}\n\n`);
}

/** What is under way; on a terminal only, and gone when it is done. */
function progress(what: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\x1b[2K\r${what}\r`);
}
