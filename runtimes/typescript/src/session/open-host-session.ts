import { ErrorCode, HandshakeError, type PluginartError, TransportError } from '../errors/index.ts';
import {
  type AcceptT,
  decodeHandshakeResponse,
  encodeHandshakeRequest,
  type HandshakeResponseT,
} from '../wire/control.ts';
import type { Frame } from '../wire/frame.ts';
import { V1Type, v1Frame } from '../wire/frame-v1.ts';
import { DEFAULT_MAX_MESSAGE_BYTES, HANDSHAKE_TIMEOUT_MS } from '../wire/limits.ts';
import { violation } from '../wire/violation.ts';
import { FrameChannel, type FrameReceiver } from './frame-channel.ts';
import type { HostSession, HostSessionOptions } from './host-session.ts';
import { outOfRange } from './limits-in-range.ts';
import type { Link } from './link.ts';
import { hostProof, isSameProof, newNonce, pluginProof } from './proof.ts';
import { runtimeName } from './runtime-name.ts';
import { HostSessionV1 } from './v1/host-session-v1.ts';
import { HostSessionV2 } from './v2/host-session-v2.ts';

/** What every version 1 plugin answers to another contract. */
const mismatchSentence = 'contract hash mismatch';

/**
 * Introduces this host to a plugin. PROTOCOL.md, sections 4.2 and 5.
 * @param link just connected, not started; closed where the handshake fails
 * @throws HandshakeError refused or not to be trusted; TransportError the connection was lost, or time ran out
 */
export function openHostSession(link: Link, options: HostSessionOptions): Promise<HostSession> {
  return new Promise((resolve, reject) => {
    new HostHandshake(link, options, resolve, reject).begin();
  });
}

class HostHandshake implements FrameReceiver {
  readonly #channel: FrameChannel;
  readonly #options: HostSessionOptions;
  readonly #resolve: (session: HostSession) => void;
  readonly #reject: (error: PluginartError) => void;
  readonly #timer: NodeJS.Timeout;
  readonly #onAbort = (): void => {
    this.#fail(
      new TransportError(ErrorCode.CANCELLED, 'the handshake was cancelled', {
        cause: this.#options.signal?.reason,
      }),
    );
  };
  #nonce: Buffer | undefined;
  #proof: Buffer | undefined;
  #done = false;

  constructor(
    link: Link,
    options: HostSessionOptions,
    resolve: (session: HostSession) => void,
    reject: (error: PluginartError) => void,
  ) {
    this.#options = options;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#channel = new FrameChannel(link, this);
    const timeoutMs = options.handshakeTimeoutMs ?? HANDSHAKE_TIMEOUT_MS;
    this.#timer = setTimeout(() => {
      const message = `${link.description} did not answer the handshake within ${timeoutMs} ms: is it a pluginart plugin?`;
      this.#fail(new TransportError(ErrorCode.UNAVAILABLE, message));
    }, timeoutMs);
  }

  begin(): void {
    const { contractHash, pluginName, signal, onlyVersion1 } = this.#options;
    if (signal?.aborted) {
      this.#onAbort();
      return;
    }
    signal?.addEventListener('abort', this.#onAbort, { once: true });
    const offer = onlyVersion1 ? undefined : this.#offer();
    const request = encodeHandshakeRequest({ contractHash, pluginName, offer });
    this.#channel.link.write(v1Frame(V1Type.HANDSHAKE_REQUEST, request));
  }

  onFrame(frame: Frame): void {
    if (frame.type !== V1Type.HANDSHAKE_RESPONSE) {
      throw violation(`a frame of type ${frame.type} in place of the handshake's answer`);
    }
    const response = decodeHandshakeResponse(frame.bytes, frame.start, frame.end);
    try {
      this.#check(response);
    } catch (error) {
      this.#fail(error as PluginartError);
      return;
    }
    this.#finish();
    const { accept } = response;
    this.#resolve(
      accept === undefined
        ? new HostSessionV1(this.#channel, this.#options)
        : new HostSessionV2(this.#channel, accept, this.#options),
    );
  }

  onDrain(): void {}

  onViolation(error: TransportError): void {
    this.#fail(error);
  }

  onClosed(loss: TransportError): void {
    const message = `${this.#channel.link.description} closed the connection during the handshake`;
    this.#fail(new TransportError(ErrorCode.UNAVAILABLE, message, { cause: loss }));
  }

  #offer() {
    const { token, contractHash, maxMessageBytes } = this.#options;
    if (token !== undefined) {
      this.#nonce = newNonce();
      this.#proof = hostProof(token, this.#nonce, contractHash);
    }
    return {
      versions: [2],
      nonce: this.#nonce,
      proof: this.#proof,
      maxMessageBytes: maxMessageBytes ?? DEFAULT_MAX_MESSAGE_BYTES,
      // No services for plugins yet.
      maxConcurrentCalls: 0,
      runtime: runtimeName,
    };
  }

  #check(response: HandshakeResponseT): void {
    if (!response.ok) throw this.#refusal(response);
    const { accept } = response;
    if (accept === undefined) this.#checkVersion1();
    else {
      this.#checkProof(accept);
      this.#checkAccept(accept);
    }
  }

  #refusal({ error, code, accept }: HandshakeResponseT): HandshakeError {
    const said = error ?? 'no reason given';
    if (code === ErrorCode.CONTRACT_MISMATCH || (code === 0 && error === mismatchSentence)) {
      return this.#mismatch(accept?.contractHash);
    }
    return new HandshakeError(
      code === 0 ? ErrorCode.PROTOCOL_VIOLATION : code,
      `the plugin "${this.#options.pluginName}" refused the connection: ${said}`,
      { origin: 'remote' },
    );
  }

  #mismatch(theirs: string | undefined): HandshakeError {
    const { pluginName, contractHash } = this.#options;
    return new HandshakeError(
      ErrorCode.CONTRACT_MISMATCH,
      `contract mismatch: the host expects plugin "${pluginName}" to be built from ${contractHash}, it was built from ${theirs ?? 'another schema (a version 1 plugin does not say which)'}. Generate both sides from the same schema file, and check contract_hash or schema in the configuration`,
      { origin: 'remote' },
    );
  }

  #checkVersion1(): void {
    if (this.#options.minProtocol !== 2) return;
    throw new HandshakeError(
      ErrorCode.PROTOCOL_VIOLATION,
      `the plugin "${this.#options.pluginName}" speaks protocol version 1 only, and version 2 is demanded of it: rebuild it with a current pluginart, or allow version 1 with min_protocol = 1`,
    );
  }

  #checkProof(accept: AcceptT): void {
    const { token, pluginName } = this.#options;
    if (token === undefined || this.#nonce === undefined || this.#proof === undefined) return;
    if (isSameProof(pluginProof(token, this.#nonce, this.#proof), accept.proof)) return;
    throw new HandshakeError(
      ErrorCode.UNAUTHENTICATED,
      `who answers at ${this.#channel.link.description} did not prove to be the plugin "${pluginName}": another process may have taken the address, or the two sides have different tokens`,
    );
  }

  #checkAccept(accept: AcceptT): void {
    const wrong =
      this.#options.onlyVersion1 === true
        ? 'version 2, which was not offered'
        : accept.version !== 2
          ? `version ${accept.version}, which was not offered`
          : accept.features !== undefined && accept.features.length > 0
            ? `the feature "${accept.features[0]}", which was not offered`
            : accept.compression !== undefined
              ? `the compression "${accept.compression}", which was not offered`
              : accept.sharedMemory
                ? 'shared memory, which was not offered'
                : outOfRange(accept);
    if (wrong !== undefined) {
      throw new HandshakeError(ErrorCode.PROTOCOL_VIOLATION, `the plugin accepted ${wrong}`);
    }
    const { contractHash } = accept;
    if (contractHash !== undefined && contractHash !== this.#options.contractHash) {
      throw this.#mismatch(contractHash);
    }
  }

  #finish(): void {
    this.#done = true;
    clearTimeout(this.#timer);
    this.#options.signal?.removeEventListener('abort', this.#onAbort);
  }

  #fail(error: PluginartError): void {
    if (this.#done) return;
    this.#finish();
    this.#channel.stop();
    this.#channel.link.end();
    this.#reject(error);
  }
}
