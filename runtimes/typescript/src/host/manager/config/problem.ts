/** A place in the configuration file. Lines and columns count from 1; columns count UTF-16 units. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

/** One thing that is wrong, or worth a warning, in a configuration file. */
export interface ConfigProblem {
  /** The file as it was named by the caller. */
  readonly file: string;
  /** Undefined where the file could not be read at all. */
  readonly place: Place | undefined;
  /** The plugin it concerns; undefined for the rest of the file, or a plugin without a usable name. */
  readonly plugin: string | undefined;
  /** What is wrong and what was expected, on one line. Never holds a value that may be secret. */
  readonly message: string;
}

/** `pluginart.toml:12:1: plugin "echo": unknown key "pth"; did you mean "path"?` */
export function formatProblem(problem: ConfigProblem): string {
  const place = problem.place === undefined ? '' : `:${problem.place.line}:${problem.place.column}`;
  const plugin = problem.plugin === undefined ? '' : `plugin "${problem.plugin}": `;
  return visible(`${problem.file}${place}: ${plugin}${problem.message}`);
}

/** A key or path of the file may hold line ends or worse; a problem stays one harmless line. */
function visible(text: string): string {
  return text.replace(/\p{Cc}/gu, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
