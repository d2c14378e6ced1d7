import { ErrorCode, HandshakeError, type PluginartError, TransportError } from '../errors/index.ts';
import {
  decodeHandshakeRequest,
  encodeHandshakeResponse,
  type HandshakeRequestT,
  type OfferT,
} from '../wire/control.ts';
import type { Frame } from '../wire/frame.ts';
import { V1Type, v1Frame } from '../wire/frame-v1.ts';
import { violation } from '../wire/violation.ts';
import { FrameChannel, type FrameReceiver } from './frame-channel.ts';
import type { CallHandler } from './incoming-call.ts';
import { outOfRange } from './limits-in-range.ts';
import type { Link } from './link.ts';
import type { PluginSession, PluginSessionOptions } from './plugin-session.ts';
import { hostProof, isSameProof, NONCE_BYTES, pluginProof } from './proof.ts';
import { runtimeName } from './runtime-name.ts';
import { PluginSessionV1 } from './v1/plugin-session-v1.ts';
import { PluginSessionV2 } from './v2/plugin-session-v2.ts';

/**
 * Meets a host that has connected. PROTOCOL.md, sections 4.2 and 5.
 * @param link just accepted, not started; closed where the handshake fails
 * @throws HandshakeError this side refused; TransportError the host broke the protocol, left, or took too long
 */
export function acceptPluginSession(
  link: Link,
  handler: CallHandler,
  options: PluginSessionOptions,
): Promise<PluginSession> {
  return new Promise((resolve, reject) => {
    new PluginHandshake(link, handler, options, resolve, reject);
  });
}

class PluginHandshake implements FrameReceiver {
  readonly #channel: FrameChannel;
  readonly #handler: CallHandler;
  readonly #options: PluginSessionOptions;
  readonly #resolve: (session: PluginSession) => void;
  readonly #reject: (error: PluginartError) => void;
  readonly #timer: NodeJS.Timeout;
  #done = false;

  constructor(
    link: Link,
    handler: CallHandler,
    options: PluginSessionOptions,
    resolve: (session: PluginSession) => void,
    reject: (error: PluginartError) => void,
  ) {
    this.#handler = handler;
    this.#options = options;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#channel = new FrameChannel(link, this);
    this.#timer = setTimeout(() => {
      const message = `the host did not introduce itself within ${options.handshakeTimeoutMs} ms`;
      this.#close(new TransportError(ErrorCode.UNAVAILABLE, message));
    }, options.handshakeTimeoutMs);
  }

  onFrame(frame: Frame): void {
    if (frame.type !== V1Type.HANDSHAKE_REQUEST) {
      throw violation(`the first frame is of type ${frame.type}, no handshake`);
    }
    const request = decodeHandshakeRequest(frame.bytes, frame.start, frame.end);
    const offer = request.offer?.versions?.includes(2) ? request.offer : undefined;
    const unproved = this.#checkProof(request, offer);
    if (unproved !== undefined) this.#refuse(ErrorCode.UNAUTHENTICATED, unproved, undefined);
    else if (request.contractHash !== this.#handler.contractHash) {
      this.#refuse(ErrorCode.CONTRACT_MISMATCH, 'contract hash mismatch', offer);
    } else if (offer === undefined) this.#acceptVersion1();
    else if (outOfRange(offer) !== undefined) {
      this.#refuse(ErrorCode.PROTOCOL_VIOLATION, `the host offers ${outOfRange(offer)}`, undefined);
    } else if (this.#channel.hasPending) {
      throw violation('bytes beyond the handshake, before it was answered (V2-N6)');
    } else this.#acceptVersion2(offer);
  }

  onDrain(): void {}

  onViolation(error: TransportError): void {
    this.#close(error);
  }

  onClosed(loss: TransportError): void {
    this.#close(loss);
  }

  /** @returns why the host is not to be trusted */
  #checkProof(request: HandshakeRequestT, offer: OfferT | undefined): string | undefined {
    const { token, seenNonces } = this.#options;
    if (token === undefined) return undefined;
    if (offer === undefined) {
      return 'this plugin was started for another host: only that one, with protocol version 2 (pluginart 0.1 or later) and its PLUGIN_TOKEN, may connect';
    }
    const { nonce, proof } = offer;
    if (proof === undefined || proof.length === 0) {
      return 'the host gave no proof that it knows the PLUGIN_TOKEN of this plugin: token_env in its pluginart.toml names the variable that holds it';
    }
    if (nonce?.length !== NONCE_BYTES) return 'the offer has no nonce of 16 bytes to go with its proof';
    if (!isSameProof(hostProof(token, nonce, request.contractHash), proof)) {
      return 'the host did not prove that it knows the PLUGIN_TOKEN of this plugin';
    }
    const used = Buffer.from(nonce).toString('latin1');
    if (seenNonces.has(used)) return 'the nonce was used before: a replayed handshake';
    seenNonces.add(used);
    return undefined;
  }

  #acceptVersion1(): void {
    this.#finish();
    this.#send(encodeHandshakeResponse({ ok: true }));
    this.#resolve(new PluginSessionV1(this.#channel, this.#handler, this.#options));
  }

  #acceptVersion2(offer: OfferT): void {
    this.#finish();
    const { token, maxMessageBytes, maxConcurrentCalls } = this.#options;
    const { contractHash } = this.#handler;
    const proof =
      token === undefined || offer.nonce === undefined || offer.proof === undefined
        ? undefined
        : pluginProof(token, offer.nonce, offer.proof);
    const accept = {
      version: 2,
      proof,
      maxMessageBytes,
      maxConcurrentCalls,
      runtime: runtimeName,
      contractHash,
    };
    this.#send(encodeHandshakeResponse({ ok: true, accept }));
    this.#resolve(new PluginSessionV2(this.#channel, offer, this.#handler, this.#options));
  }

  #refuse(code: number, error: string, offer: OfferT | undefined): void {
    const accept =
      offer === undefined ? undefined : { runtime: runtimeName, contractHash: this.#handler.contractHash };
    this.#send(encodeHandshakeResponse({ ok: false, error, code, accept }));
    this.#close(new HandshakeError(code, `a host was refused: ${error}`));
  }

  #send(response: Buffer): void {
    this.#channel.link.write(v1Frame(V1Type.HANDSHAKE_RESPONSE, response));
  }

  #finish(): void {
    this.#done = true;
    clearTimeout(this.#timer);
  }

  #close(error: PluginartError): void {
    if (this.#done) return;
    this.#finish();
    this.#channel.stop();
    this.#channel.link.end();
    this.#reject(error);
  }
}
