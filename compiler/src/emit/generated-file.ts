/** One file to be written, in memory until all of them exist. */
export interface GeneratedFile {
  /** Relative to `--out`, with forward slashes. */
  readonly path: string;
  /** Ends with one newline. */
  readonly text: string;
}
