import { ErrorCode } from './error-code.ts';

/**
 * Where an error arose: `local`, in this process; `remote`, told by the peer; `process`, the plugin's
 * process or container (it exited, or never got ready).
 */
export type ErrorOrigin = 'local' | 'remote' | 'process';

/** What a dead or ailing plugin left behind. */
export interface Evidence {
  readonly exitCode?: number | undefined;
  readonly signal?: string | undefined;
  /** The last lines, at most 20. */
  readonly stderr: readonly string[];
  readonly stdout: readonly string[];
}

export interface ErrorFields {
  readonly cause?: unknown;
  readonly origin?: ErrorOrigin | undefined;
  /** True only where the call certainly did not run, or may run twice. Default false. */
  readonly retrySafe?: boolean | undefined;
  /** The plugin's name in `pluginart.toml`. */
  readonly plugin?: string | undefined;
  readonly evidence?: Evidence | undefined;
}

const codeNames = new Map<number, string>(Object.entries(ErrorCode).map(([name, code]) => [code, name]));

/** The name of a code, `DEADLINE_EXCEEDED`; an application's own code is `APPLICATION(42)`. */
export function codeName(code: number): string {
  return codeNames.get(code) ?? `APPLICATION(${code})`;
}

/** The base of every error that pluginart throws. */
export class PluginartError extends Error {
  static {
    PluginartError.prototype.name = 'PluginartError';
  }

  /** One of `ErrorCode`, or an application's own code, 1 to 0xEFFF. */
  readonly code: number;
  /** The code's name, `UNAVAILABLE`. */
  readonly codeName: string;
  readonly origin: ErrorOrigin;
  readonly retrySafe: boolean;
  readonly plugin: string | undefined;
  readonly evidence: Evidence | undefined;

  constructor(code: number, message: string, fields: ErrorFields = {}) {
    super(message, fields.cause === undefined ? undefined : { cause: fields.cause });
    this.code = code;
    this.codeName = codeName(code);
    this.origin = fields.origin ?? 'local';
    this.retrySafe = fields.retrySafe ?? false;
    this.plugin = fields.plugin;
    this.evidence = fields.evidence;
  }

  /** Of an Error's own, JSON.stringify would leave out the message. */
  toJSON(): object {
    return { name: this.name, message: this.message, ...(this as object) };
  }
}

/** `pluginart.toml`, or options given in its place, are wrong. Code CONFIG_INVALID. */
export class ConfigError extends PluginartError {
  static {
    ConfigError.prototype.name = 'ConfigError';
  }

  constructor(message: string, fields?: ErrorFields) {
    super(ErrorCode.CONFIG_INVALID, message, fields);
  }
}

/** The peers did not agree to talk. Codes CONTRACT_MISMATCH, UNAUTHENTICATED, PROTOCOL_VIOLATION. */
export class HandshakeError extends PluginartError {
  static {
    HandshakeError.prototype.name = 'HandshakeError';
  }
}

/** The connection is gone or unusable. Codes UNAVAILABLE, PROTOCOL_VIOLATION, RESOURCE_EXHAUSTED. */
export class TransportError extends PluginartError {
  static {
    TransportError.prototype.name = 'TransportError';
  }
}

/** The plugin did not start, with the reason as a person needs it. Code STARTUP_FAILED. */
export class StartupError extends PluginartError {
  static {
    StartupError.prototype.name = 'StartupError';
  }

  constructor(message: string, fields?: ErrorFields) {
    super(ErrorCode.STARTUP_FAILED, message, { origin: 'process', ...fields });
  }
}

export interface PluginErrorFields extends ErrorFields {
  /** 1 to 0xEFFF. Default 1. */
  readonly code?: number | undefined;
  /** Tells the caller that trying again may help. Default false. */
  readonly retry?: boolean | undefined;
  /** Bytes for the caller, of any shape the two sides agreed on. Version 2 only. */
  readonly details?: Uint8Array | undefined;
}

/**
 * A failure that the plugin reports. A handler throws it to choose the code; the caller catches it
 * with `origin` `remote`.
 */
export class PluginError extends PluginartError {
  static {
    PluginError.prototype.name = 'PluginError';
  }

  readonly retry: boolean;
  readonly details: Uint8Array | undefined;

  constructor(message: string, fields: PluginErrorFields = {}) {
    super(fields.code ?? ErrorCode.APPLICATION, message, fields);
    this.retry = fields.retry ?? false;
    this.details = fields.details;
  }
}
