import { constants } from 'node:fs';
import { access, open } from 'node:fs/promises';

/** The numbers that ELF headers name machines by, with Node's names for them. */
const ELF_MACHINES = new Map([
  [0x03, 'ia32'],
  [0x08, 'mips'],
  [0x15, 'ppc64'],
  [0x16, 's390x'],
  [0x28, 'arm'],
  [0x3e, 'x64'],
  [0xb7, 'arm64'],
  [0xf3, 'riscv64'],
  [0x102, 'loong64'],
]);
const HEAD_BYTES = 256;

/**
 * Why a file that could not be started, or ended at once, may not be fit for this machine; undefined where nothing
 * is wrong with its looks. Asked only after the failure: emulators run files that look foreign.
 */
export async function whyUnfit(path: string): Promise<string | undefined> {
  const head = await readHead(path);
  if (head === undefined) return undefined;
  if (head.length === 0) return `${path} is empty`;
  if (head.toString('latin1', 0, 2) === '#!') return whyUnfitScript(path, head);
  if (head.toString('latin1', 0, 4) === '\x7fELF') return whyUnfitElf(path, head);
  if (isMachO(head)) {
    return process.platform === 'darwin' ? undefined : `${path} is built for macOS, and this is ${machine()}`;
  }
  if (head.toString('latin1', 0, 2) === 'MZ') {
    return `${path} is built for Windows, and this is ${machine()}`;
  }
  return `${path} is neither a program for this machine nor a script that begins with #!`;
}

async function readHead(path: string): Promise<Buffer | undefined> {
  try {
    const file = await open(path);
    try {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
      return buffer.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch {
    return undefined;
  }
}

async function whyUnfitScript(path: string, head: Buffer): Promise<string | undefined> {
  const line = head.toString('utf8', 2).split('\n', 1)[0]!;
  if (line.endsWith('\r')) {
    return `the #! line of ${path} ends in a carriage return: save the file with Unix line ends`;
  }
  const interpreter = line.trim().split(/\s/, 1)[0]!;
  if (interpreter === '') return `the #! line of ${path} names no interpreter`;
  try {
    await access(interpreter, constants.X_OK);
    return undefined;
  } catch {
    return `the #! line of ${path} names ${interpreter}, which cannot be run here`;
  }
}

function whyUnfitElf(path: string, head: Buffer): string | undefined {
  if (process.platform === 'darwin') return `${path} is built for Linux, and this is ${machine()}`;
  if (head.length < 20) return `${path} is cut short`;
  const number = head[5] === 2 ? head.readUInt16BE(18) : head.readUInt16LE(18);
  const built = ELF_MACHINES.get(number) ?? `machine ${number}`;
  return built === process.arch
    ? undefined
    : `${path} is built for ${built}, and this machine is ${process.arch}`;
}

function isMachO(head: Buffer): boolean {
  if (head.length < 4) return false;
  const magic = head.readUInt32LE(0);
  return magic === 0xfeedfacf || magic === 0xfeedface || magic === 0xbebafeca;
}

function machine(): string {
  return `${process.platform} on ${process.arch}`;
}
