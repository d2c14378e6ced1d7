#!/usr/bin/env node
/**
 * Runs the matrix: every host with every plugin, over every transport, in both versions of the protocol.
 *
 *   npm run conformance -- [--cell PATTERN]... [--case PATTERN]... [--trace] [--jobs 2] [--list] [--check]
 *
 * A cell is `host/plugin/transport/version`, ts/go/unix/v2, or `-/plugin/transport`; a case is `suite/name`. `*` stands
 * for anything. A whole run writes RESULTS.md; with --check it compares it.
 */
import { parseArgs } from 'node:util';
import { exitOnSignals } from './matrix/end-with-runner.ts';
import { runMatrix } from './matrix/run-matrix.ts';

const { values } = parseArgs({
  options: {
    cell: { type: 'string', multiple: true, default: [] },
    case: { type: 'string', multiple: true, default: [] },
    trace: { type: 'boolean', default: false },
    jobs: { type: 'string', default: '2' },
    list: { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
  },
});
exitOnSignals();
process.exitCode = await runMatrix({
  cells: values.cell,
  cases: values.case,
  isTraced: values.trace,
  jobs: Number(values.jobs),
  isList: values.list,
  isCheck: values.check,
});
