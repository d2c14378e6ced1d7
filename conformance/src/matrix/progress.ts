import type { Judged, Verdict } from './verdict.ts';

/** What the run says while it goes on: a line that changes on a terminal, nothing but failures elsewhere. */
export class Progress {
  readonly #cells: number;
  readonly #startedMs = performance.now();
  readonly #isTerminal = process.stdout.isTTY === true;
  #cellsDone = 0;
  #cases = 0;
  #failures = 0;
  #shownAtMs = 0;

  constructor(cells: number) {
    this.#cells = cells;
  }

  note({ cell, name, failure, trace }: Verdict): void {
    this.#cases++;
    if (failure !== undefined) this.#failures++;
    else if (trace !== undefined) this.#print(`passed ${cell}  ${name}\n${indent(trace)}`);
    this.#draw();
  }

  cellDone(): void {
    this.#cellsDone++;
    this.#draw();
  }

  show({ cell, name, rules, failure, trace }: Judged): void {
    this.#print(
      failure === undefined
        ? `PASSED, and is listed as failing: ${cell}  ${name}`
        : `FAILED ${cell}  ${name}  (${rules.join(', ')})\n${indent(failure)}`,
    );
    if (trace !== undefined) this.#print(indent(trace));
  }

  showTrace(again: Verdict | undefined): void {
    if (again === undefined) return;
    const how = again.failure === undefined ? 'and passed this time' : 'and failed again';
    this.#print(indent(`once more, listened to, ${how}:\n${again.failure ?? ''}\n${again.trace ?? ''}`));
  }

  end(judged: readonly Judged[]): void {
    const count = (outcome: Judged['outcome']) => judged.filter((one) => one.outcome === outcome).length;
    const seconds = ((performance.now() - this.#startedMs) / 1_000).toFixed(0);
    const others = (['failed', 'known to fail', 'passed unexpectedly'] as const)
      .filter((outcome) => count(outcome) > 0)
      .map((outcome) => `${count(outcome)} ${outcome}`);
    const text = [`${count('passed')} of ${judged.length} cases passed`, ...others].join(', ');
    this.#print(`${text}, in ${this.#cellsDone} cells and ${seconds} s`);
  }

  #draw(): void {
    const nowMs = performance.now();
    if (nowMs - this.#shownAtMs < (this.#isTerminal ? 100 : 20_000)) return;
    this.#shownAtMs = nowMs;
    const seconds = ((nowMs - this.#startedMs) / 1_000).toFixed(0);
    const line = `${this.#cellsDone} of ${this.#cells} cells, ${this.#cases} cases, ${this.#failures} failures, ${seconds} s`;
    process.stdout.write(this.#isTerminal ? `\r\x1b[K${line}` : `${line}\n`);
  }

  #print(text: string): void {
    process.stdout.write(this.#isTerminal ? `\r\x1b[K${text}\n` : `${text}\n`);
  }
}

function indent(text: string): string {
  return text.trimEnd().replaceAll(/^/gm, '    ');
}
