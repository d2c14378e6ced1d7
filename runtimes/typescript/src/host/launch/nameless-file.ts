import { type FileHandle, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file to read, of which nobody else can get hold: its name is gone before anybody hears of it. */
export async function openNameless(text: string): Promise<FileHandle> {
  const folder = await mkdtemp(join(tmpdir(), 'pluginart-'));
  try {
    const path = join(folder, 'text');
    await writeFile(path, text, { mode: 0o600 });
    return await open(path, 'r');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
