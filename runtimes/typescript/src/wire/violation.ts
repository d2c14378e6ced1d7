import { ErrorCode, TransportError } from '../errors/index.ts';

/** The peer did what PROTOCOL.md forbids; the connection is to be closed. */
export function violation(what: string): TransportError {
  return new TransportError(ErrorCode.PROTOCOL_VIOLATION, `the peer broke the protocol: ${what}`);
}
