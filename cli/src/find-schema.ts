import { fs } from './builtins.ts';
import { Failure } from './failure.ts';

const defaultPattern = './schema/*.fbs';

/** The one file that `--schema` means, as the user would write it. @throws Failure where there is none, or more than one. */
export async function findSchema(pattern: string | undefined): Promise<string> {
  if (pattern !== undefined && fs.existsSync(pattern)) {
    // Taken as it stands, so that a name with brackets in it works too.
    if (!fs.statSync(pattern).isDirectory()) return pattern;
    throw new Failure(
      `--schema ${pattern} is a folder`,
      `Name a file, or a glob such as "${pattern.replace(/\/$/, '')}/*.fbs".`,
    );
  }
  const matches = fs.globSync(pattern ?? defaultPattern).sort();
  const [only, ...more] = matches;
  if (only === undefined) throw nothingFound(pattern);
  if (more.length > 0) {
    throw new Failure(
      `${matches.length} files match ${pattern ?? defaultPattern}, and only one is wanted:`,
      [...matches, `Choose one: --schema ${only}`].join('\n'),
    );
  }
  return only;
}

function nothingFound(pattern: string | undefined): Failure {
  if (pattern === undefined) {
    return new Failure(
      `there is no schema: nothing matches ${defaultPattern}`,
      'Name one with --schema <file>, or begin one: pluginart init schema --name echo',
    );
  }
  const isGlob = /[*?[{]/.test(pattern);
  return new Failure(isGlob ? `nothing matches --schema ${pattern}` : `there is no file ${pattern}`);
}
