import { Reader } from '../codec/reader.ts';
import { streamingNotCallable } from '../codec/streaming.ts';
import { ConfigError, ErrorCode, PluginartError, PluginError } from '../errors/index.ts';
import type { CallMetadata } from '../session/caller.ts';
import type { CallHandler, IncomingCall } from '../session/incoming-call.ts';
import type { CallHead } from '../session/method.ts';
import { takeBytes } from '../wire/frame.ts';
import type { CallContext, RawHandler, Service, ServiceMethod } from './service.ts';

/** @param method its name; empty for raw handlers */
export type OnHandlerError = (error: unknown, method: string) => void;

/** Takes calls to the methods of a generated service. */
export class ServiceDispatcher implements CallHandler {
  readonly contractHash: string;
  readonly schema: string | undefined;
  readonly #service: Service;
  readonly #onHandlerError: OnHandlerError | undefined;
  readonly #reader = new Reader();

  constructor(service: Service, onHandlerError?: OnHandlerError) {
    this.#service = service;
    this.#onHandlerError = onHandlerError;
    this.contractHash = service.contractHash;
    this.schema = service.schema;
  }

  onCall(call: IncomingCall, bytes: Buffer, start: number, end: number): void {
    const head: CallHead = {
      requestIdLow: 0,
      requestIdHigh: 0,
      code: 0,
      payload: 0,
      deadlineUnixMs: 0,
      traceId: undefined,
      spanId: undefined,
    };
    const reader = this.#reader;
    let method: ServiceMethod<unknown, unknown> | undefined;
    let request: unknown;
    try {
      reader.reset(bytes, start, end);
      this.#service.readHead(reader, head);
      method = this.#service.methods[head.code];
      if (method === undefined) throw this.#unknownMethod(head.code);
      if (method.streaming !== 'none') throw streamingNotCallable(`${this.#service.name}.${method.name}`);
      request = method.decodeRequest(reader, head.payload);
    } catch (error) {
      call.fail(error, 'runtime');
      return;
    }
    this.#run(call, method, request, head);
  }

  #run(call: IncomingCall, method: ServiceMethod<unknown, unknown>, request: unknown, head: CallHead): void {
    let result: unknown;
    try {
      result = method.handle(request, new HandlerContext(call, method.name, head));
    } catch (error) {
      handlerFailed(call, error, method.name, this.#onHandlerError);
      return;
    }
    if (isPromiseLike(result)) {
      result.then(
        (response) => respond(call, method, response, head),
        (error) => handlerFailed(call, error, method.name, this.#onHandlerError),
      );
    } else respond(call, method, result, head);
  }

  #unknownMethod(code: number): PluginartError {
    return new PluginartError(
      ErrorCode.UNIMPLEMENTED,
      code === 0
        ? 'the call names no method: its payload has no type'
        : `${this.#service.name} has no method with the type code ${code}`,
    );
  }
}

/** Takes calls for a handler of encoded payloads. */
export class RawDispatcher implements CallHandler {
  readonly contractHash: string;
  readonly schema: string | undefined;
  readonly #handler: RawHandler;
  readonly #onHandlerError: OnHandlerError | undefined;

  constructor(
    handler: RawHandler,
    contractHash: string,
    schema: string | undefined,
    onHandlerError?: OnHandlerError,
  ) {
    if (!/^sha256:[\da-f]{64}$/.test(contractHash)) {
      throw new ConfigError(
        `contractHash must be "sha256:" and 64 lowercase hex digits, not ${JSON.stringify(contractHash)}: take CONTRACT_HASH of the generated contract.ts`,
      );
    }
    this.#handler = handler;
    this.#onHandlerError = onHandlerError;
    this.contractHash = contractHash;
    this.schema = schema;
  }

  onCall(call: IncomingCall, bytes: Buffer, start: number, end: number, owned: boolean): void {
    const payload = takeBytes(bytes, start, end, owned);
    let result: unknown;
    try {
      result = this.#handler(payload, new HandlerContext(call, '', undefined));
    } catch (error) {
      handlerFailed(call, error, '', this.#onHandlerError);
      return;
    }
    if (isPromiseLike(result)) {
      result.then(
        (response) => respondBytes(call, response),
        (error) => handlerFailed(call, error, '', this.#onHandlerError),
      );
    } else respondBytes(call, result);
  }
}

/** The caller learns the message only (V2-E5): without a word here nobody ever sees where it came from. */
function handlerFailed(
  call: IncomingCall,
  error: unknown,
  method: string,
  onHandlerError: OnHandlerError | undefined,
): void {
  const isExpected = error instanceof PluginError || call.signal.aborted;
  call.fail(error, 'handler');
  if (!isExpected) onHandlerError?.(error, method);
}

function respond(
  call: IncomingCall,
  method: ServiceMethod<unknown, unknown>,
  response: unknown,
  head: CallHead,
): void {
  if (response === undefined || response === null) {
    const message = `the handler of ${method.name} returned nothing, expected its response`;
    call.fail(new PluginartError(ErrorCode.INVALID_PAYLOAD, message), 'runtime');
  } else call.respond(method, response, head);
}

function respondBytes(call: IncomingCall, response: unknown): void {
  if (response instanceof Uint8Array) call.respondBytes(response);
  else {
    const message = `the handler returned ${response === null ? 'null' : typeof response}, expected a Buffer or Uint8Array`;
    call.fail(new PluginartError(ErrorCode.INVALID_PAYLOAD, message), 'runtime');
  }
}

class HandlerContext implements CallContext {
  readonly method: string;
  readonly #call: IncomingCall;
  readonly #head: CallHead | undefined;

  constructor(call: IncomingCall, method: string, head: CallHead | undefined) {
    this.#call = call;
    this.method = method;
    this.#head = head;
  }

  get signal(): AbortSignal {
    return this.#call.signal;
  }

  get remainingMs(): number | undefined {
    return this.#call.remainingMs;
  }

  get metadata(): CallMetadata {
    return this.#call.metadata;
  }

  get traceId(): string | undefined {
    return this.#head?.traceId;
  }

  get spanId(): string | undefined {
    return this.#head?.spanId;
  }
}

function isPromiseLike(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'
  );
}
