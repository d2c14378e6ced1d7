import type { Frame } from './frame.ts';
import { V2_FIRST_CRITICAL_TYPE, V2Flag, V2Type } from './frame-v2.ts';
import { violation } from './violation.ts';

const pieces = V2Flag.MORE | V2Flag.CONT;

/** The flags that each known type may bear (V2-F4); COMPRESSED and SHARED only where they were negotiated: never yet. */
const allowedFlags: (number | undefined)[] = [];
allowedFlags[V2Type.CALL] = V2Flag.UP | V2Flag.DOWN | pieces;
allowedFlags[V2Type.RESPONSE] = pieces;
allowedFlags[V2Type.ERROR] = 0;
allowedFlags[V2Type.CANCEL] = 0;
allowedFlags[V2Type.PING] = 0;
allowedFlags[V2Type.PONG] = 0;
allowedFlags[V2Type.MESSAGE] = pieces;
allowedFlags[V2Type.END] = 0;
allowedFlags[V2Type.CREDIT] = 0;
allowedFlags[V2Type.GOAWAY] = 0;
allowedFlags[V2Type.RELEASE] = 0;
allowedFlags[V2Type.DESCRIBE] = 0;
allowedFlags[V2Type.DESCRIPTION] = pieces;

/**
 * Checks what a version 2 frame must be whatever the state of its stream. PROTOCOL.md, section 6.
 * @returns false for a frame to be skipped
 * @throws TransportError PROTOCOL_VIOLATION
 */
export function checkFrame({ type, flags, stream }: Frame): boolean {
  const allowed = allowedFlags[type];
  if (allowed === undefined) {
    if (type >= V2_FIRST_CRITICAL_TYPE) throw violation(`a frame of unknown type ${type} (V2-F5)`);
    return false;
  }
  if ((flags & ~allowed) !== 0) throw violation(`flags ${flags} on a frame of type ${type} (V2-F4)`);
  if ((stream === 0) !== concernsConnection(type)) {
    throw violation(`a frame of type ${type} on stream ${stream} (V2-F6)`);
  }
  if (type === V2Type.RELEASE) throw violation('RELEASE without shared memory (V2-Y6)');
  return true;
}

function concernsConnection(type: number): boolean {
  return type === V2Type.PING || type === V2Type.PONG || type === V2Type.GOAWAY || type === V2Type.RELEASE;
}
