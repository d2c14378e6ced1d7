/** What the user may write after the command's name. */
export interface OptionSpec {
  readonly name: string;
  /** A single letter, without the dash. */
  readonly short?: string;
  /** Stands for the value in the help, `<dir>`; undefined for flags that take none. */
  readonly value?: string;
  /** The only values there are. */
  readonly choices?: readonly string[];
  /** May be given several times. */
  readonly multiple?: boolean;
  readonly required?: boolean;
  readonly description: string;
}

export interface Example {
  readonly command: string;
  readonly description: string;
}

/** One command, as the parser and the help see it; the code behind it is loaded only when it runs. */
export interface Command {
  /** The words that name it: `['gen', 'plugin']`. */
  readonly words: readonly string[];
  readonly summary: string;
  /** More than the summary, a paragraph a string. */
  readonly details: readonly string[];
  /** An optional argument without a dash. */
  readonly positional?: { readonly name: string; readonly description: string };
  readonly options: readonly OptionSpec[];
  readonly examples: readonly Example[];
  load(): Promise<{ run(input: Input): Promise<ExitCode> }>;
}

/** What the user wrote, checked against the command's options. */
export interface Input {
  readonly positional: string | undefined;
  readonly values: ReadonlyMap<string, string>;
  readonly lists: ReadonlyMap<string, readonly string[]>;
  readonly flags: ReadonlySet<string>;
}

/** 0: done. 1: not done, and said why. Usage errors, 2, are thrown. */
export type ExitCode = 0 | 1;
