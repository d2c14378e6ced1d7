/** What became of one case in one field of the matrix. */
export interface Verdict {
  /** `ts/go/unix/v2`. */
  readonly cell: string;
  /** `echo/extreme values`. */
  readonly name: string;
  readonly rules: readonly string[];
  /** Undefined where it passed. */
  readonly failure: string | undefined;
  /** What went over the wire, as text. */
  readonly trace?: string | undefined;
  readonly ms: number;
}

/** A case that is known to fail passes: it has to be struck off the list. */
export interface Judged extends Verdict {
  readonly outcome: 'passed' | 'failed' | 'known to fail' | 'passed unexpectedly';
}

/** @param known suite/case of the implementations concerned */
export function judge(verdict: Verdict, known: readonly string[]): Judged {
  const isKnown = known.includes(verdict.name);
  if (verdict.failure === undefined)
    return { ...verdict, outcome: isKnown ? 'passed unexpectedly' : 'passed' };
  return { ...verdict, outcome: isKnown ? 'known to fail' : 'failed' };
}

export function isBad({ outcome }: Judged): boolean {
  return outcome === 'failed' || outcome === 'passed unexpectedly';
}
