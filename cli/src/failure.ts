/** The command was understood and could not be done. Exit code 1. */
export class Failure extends Error {
  /** What to do next; a sentence, or several lines. */
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}

/** The command line makes no sense. Exit code 2. */
export class UsageError extends Error {
  readonly hint: string | undefined;

  constructor(message: string, hint?: string) {
    super(message);
    this.hint = hint;
  }
}
