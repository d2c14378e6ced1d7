import { inspect } from 'node:util';
import { ConfigError } from '../errors/index.ts';
import type { CallHandler } from '../session/incoming-call.ts';
import type { Link } from '../session/link.ts';
import type { Listener } from '../transport/listener.ts';
import { listenTcp, parseAddress } from '../transport/tcp.ts';
import { listenUnix } from '../transport/unix.ts';
import { RawDispatcher, ServiceDispatcher } from './dispatcher.ts';
import { type LaunchEnvironment, takeLaunchEnvironment } from './launch-environment.ts';
import { watchLifeline } from './lifeline.ts';
import { PluginServer, type PluginServerOptions } from './plugin-server.ts';
import type { RawHandler, Service } from './service.ts';

/** How long handlers may go on after the host is gone. */
const lifelineGraceMs = 500;

export interface ServeOptions extends PluginServerOptions {
  /**
   * Told of what a handler threw, unless it is a PluginError, which the handler chose to tell its caller, or the
   * call had been given up on. The caller gets the message only; `method` is empty for raw handlers. Default: the
   * stack, on stderr.
   */
  readonly onHandlerError?: ((error: unknown, method: string) => void) | undefined;
  /** Called after the last answer, before the process exits; for what must be closed. */
  readonly onStop?: (() => void | Promise<void>) | undefined;
}

export interface RawServeOptions extends ServeOptions {
  /** What the handler was built from: `CONTRACT_HASH` of the generated code. */
  readonly contractHash: string;
  /** The schema's text, for tools that ask the running plugin. */
  readonly schema?: string | undefined;
}

/** A plugin that serves. */
export interface ServingPlugin {
  /** Where it listens: `unix:/path` or `host:port`. */
  readonly address: string;
  /** Stops as on SIGTERM, but does not exit: takes nothing new, answers what is open, closes. */
  stop(): Promise<void>;
}

// Read when this module is loaded: the secrets are gone before any other code of the plugin can run.
let launch: LaunchEnvironment | ConfigError;
try {
  launch = takeLaunchEnvironment(process.env);
} catch (error) {
  launch = error as ConfigError;
}

/**
 * Serves a plugin as its host asked: listens where `PLUGIN_SOCKET` or `PLUGIN_ADDR` says, prints READY, answers
 * calls, and on SIGTERM or SIGINT answers what is open and exits with 0. Started by hand, without these
 * variables, it says how to be run and exits with 2.
 * @throws ConfigError PLUGIN_ADDR or PLUGIN_TOKEN is malformed; TransportError the address cannot be bound
 */
export function serve(service: Service, options?: ServeOptions): Promise<ServingPlugin>;
export function serve(handler: RawHandler, options: RawServeOptions): Promise<ServingPlugin>;
export async function serve(
  served: Service | RawHandler,
  options: ServeOptions | RawServeOptions = {},
): Promise<ServingPlugin> {
  const handler = callHandler(served, { onHandlerError: reportHandlerError, ...options });
  if (launch instanceof ConfigError) throw launch;
  const { socketPath, address, token, hasForeignToken, lifeline } = launch;
  if (socketPath === undefined && address === undefined) {
    process.stderr.write(howToRun(handler));
    process.exit(2);
  }
  if (hasForeignToken) {
    process.stderr.write(
      'pluginart: PLUGIN_TOKEN is not meant for this address and was ignored (see PLUGIN_TOKEN_FOR)\n',
    );
  }
  const server = new PluginServer(handler, { token, onConnectionError: report, ...options });
  const onLink = (link: Link) => void server.accept(link);
  const listener =
    socketPath === undefined
      ? await listenTcp(parseAddress(address as string), onLink)
      : await listenUnix(socketPath, onLink);
  const stop = async () => {
    listener.close();
    await server.drain();
    await options.onStop?.();
  };
  exitOnSignals(stop);
  if (lifeline) watchLifeline(process.stdin, () => exitWithHost(listener, server));
  await announceReady();
  return { address: listener.description, stop };
}

function callHandler(served: Service | RawHandler, options: ServeOptions | RawServeOptions): CallHandler {
  if (typeof served !== 'function') return new ServiceDispatcher(served, options.onHandlerError);
  if (!('contractHash' in options)) {
    throw new ConfigError(
      'serve(handler) needs { contractHash }: pass CONTRACT_HASH of the generated contract.ts',
    );
  }
  return new RawDispatcher(served, options.contractHash, options.schema, options.onHandlerError);
}

/** One write, with a line feed before: a line that somebody left unfinished must not hide it. */
function announceReady(): Promise<void> {
  return new Promise((resolve) => {
    process.stdout.write('\nREADY\n', () => resolve());
  });
}

function exitOnSignals(stop: () => Promise<void>): void {
  let signalled = false;
  const onSignal = (signal: 'SIGTERM' | 'SIGINT', number: number) => {
    if (signalled) process.exit(128 + number);
    signalled = true;
    stop().then(
      () => process.exit(0),
      (error) => {
        process.stderr.write(`pluginart: stopping on ${signal} failed: ${error}\n`);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', () => onSignal('SIGTERM', 15));
  process.on('SIGINT', () => onSignal('SIGINT', 2));
}

function exitWithHost(listener: Listener, server: PluginServer): void {
  listener.close();
  server.destroy();
  setTimeout(() => process.exit(0), lifelineGraceMs);
}

function report(error: Error): void {
  process.stderr.write(`pluginart: ${error.message}\n`);
}

function reportHandlerError(error: unknown, method: string): void {
  const what = error instanceof Error ? (error.stack ?? error.message) : inspect(error);
  process.stderr.write(`pluginart: the handler${method === '' ? '' : ` of ${method}`} failed: ${what}\n`);
}

function howToRun(handler: CallHandler): string {
  const script = process.argv[1] ?? 'plugin.js';
  return [
    `This is a pluginart plugin (contract ${handler.contractHash}). A host starts it; it has no use by itself.`,
    '',
    'To run it by hand, for instance under a debugger, give it an address:',
    `  PLUGIN_ADDR=127.0.0.1:9000 node ${script}`,
    "and in the host's pluginart.toml:",
    '  type = "remote"',
    '  address = "127.0.0.1:9000"',
    '',
  ].join('\n');
}
