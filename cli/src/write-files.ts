import { basename, dirname, join } from 'node:path';
import { fs } from './builtins.ts';
import { Failure } from './failure.ts';

export interface PlannedFile {
  readonly path: string;
  readonly text: string;
}

export interface WriteResult {
  readonly written: readonly string[];
  /** Files that had the content already; they keep their time of change. */
  readonly unchanged: readonly string[];
}

/**
 * Writes all of the files or none. Everything that may fail (folders, space, permission) happens on temporary
 * files beside the real ones; only then are they renamed.
 * @throws Failure
 */
export function writeFiles(files: readonly PlannedFile[]): WriteResult {
  const unchanged = files.filter((file) => readIfFile(file.path) === file.text);
  const changed = files.filter((file) => !unchanged.includes(file));
  const temporary: string[] = [];
  const made: string[] = [];
  let path = '';
  try {
    for (const file of changed) {
      path = file.path;
      makeFolder(dirname(path), made);
      const temp = join(dirname(path), `.${basename(path)}.${process.pid}.tmp`);
      temporary.push(temp);
      fs.writeFileSync(temp, file.text, { flag: 'wx' });
    }
    changed.forEach((file, index) => {
      path = file.path;
      fs.renameSync(temporary[index]!, path);
    });
  } catch (error) {
    // Folders that were not there before hold nothing but ours.
    for (const left of [...temporary, ...made]) removeIfThere(left);
    throw new Failure(`cannot write ${path}: ${reasonOf(error)}`, 'Choose another folder with --out.');
  }
  return { written: changed.map((file) => file.path), unchanged: unchanged.map((file) => file.path) };
}

/** Makes a folder with those above it, and notes which. (Node's own way never ends below /proc.) */
function makeFolder(path: string, made: string[]): void {
  if (fs.existsSync(path)) return;
  makeFolder(dirname(path), made);
  fs.mkdirSync(path);
  made.push(path);
}

function removeIfThere(path: string): void {
  try {
    fs.rmSync(path, { force: true, recursive: true });
  } catch {
    // Already on the way to say what went wrong first.
  }
}

function readIfFile(path: string): string | undefined {
  try {
    if (!fs.statSync(path).isFile())
      throw new Failure(
        `${path} is in the way: it is a folder`,
        'Move it, or choose another folder with --out.',
      );
    return fs.readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Failure) throw error;
    return undefined;
  }
}

const reasons: Record<string, string> = {
  EACCES: 'permission denied',
  ENOENT: 'the folder cannot be made',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'a part of the path is a file, not a folder',
  EEXIST: 'a part of the path is a file, not a folder',
};

function reasonOf(error: unknown): string {
  const code = (error as NodeJS.ErrnoException).code;
  return reasons[code ?? ''] ?? (error instanceof Error ? error.message : String(error));
}
