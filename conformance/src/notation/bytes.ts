import { createHash } from 'node:crypto';

/** How bytes stand in a suite and in what adapters are sent: hex, or one piece many times. */
export type BytesNotation = string | { readonly repeat: string; readonly times: number };

/** How adapters report bytes: hex up to 256 of them, else how many and their SHA-256. */
export type BytesReport = string | { readonly length: number; readonly sha256: string };

const reportedWhole = 256;

export function parseBytes(notation: BytesNotation): Buffer {
  if (typeof notation === 'string') return Buffer.from(notation, 'hex');
  const piece = Buffer.from(notation.repeat, 'hex');
  return Buffer.alloc(piece.length * notation.times, piece);
}

export function reportBytes(bytes: Uint8Array): BytesReport {
  if (bytes.length <= reportedWhole) return Buffer.from(bytes).toString('hex');
  return { length: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
}
