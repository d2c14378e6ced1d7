import { V1Host } from '../../../../conformance/peers/v1/host.ts';
import { V1Plugin, type V1PluginOptions } from '../../../../conformance/peers/v1/plugin.ts';
import { Connection } from '../../../../conformance/peers/v2/connection.ts';
import { V2Host } from '../../../../conformance/peers/v2/host.ts';
import { V2Plugin, type V2PluginOptions } from '../../../../conformance/peers/v2/plugin.ts';
import type { PluginartError } from '../../src/errors/index.ts';
import { RawDispatcher } from '../../src/plugin/dispatcher.ts';
import { PluginServer, type PluginServerOptions } from '../../src/plugin/plugin-server.ts';
import type { CallContext, RawHandler } from '../../src/plugin/service.ts';
import type { HostSession, HostSessionOptions } from '../../src/session/host-session.ts';
import type { Link } from '../../src/session/link.ts';
import type { Method } from '../../src/session/method.ts';
import { openHostSession } from '../../src/session/open-host-session.ts';
import { memoryLinks } from '../../src/transport/memory.ts';
import { LinkDuplex } from './link-duplex.ts';

/** What both sides of most tests here are built from: the vectors' own. */
export const CONTRACT_HASH = 'sha256:094f99745014e0e307ad2b73394a45887059d3ce7fcda59fbd741f77e7904a14';
export const OTHER_CONTRACT_HASH = 'sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';
export const TOKEN = '000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f';

/** The handlers that the exchanges of protocol/vectors name. */
export const handlers: Readonly<Record<'echo' | 'hold' | 'stuck', RawHandler>> = {
  echo: (payload) => payload,
  hold: (_payload, context) => stopped(context),
  stuck: () => new Promise(() => {}),
};

function stopped({ signal }: CallContext): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason);
    else signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

/** A link whose bytes are overwritten once they were delivered, as the next read from a socket would. */
function lending(link: Link): Link {
  const start = link.start.bind(link);
  link.start = (sink) =>
    start({
      get missingBytes() {
        return sink.missingBytes;
      },
      onBytes: (bytes) => {
        const lent = Buffer.from(bytes);
        sink.onBytes(lent);
        lent.fill(0xee);
      },
      onDrain: () => sink.onDrain(),
      onClose: (error) => sink.onClose(error),
    });
  return link;
}

/** A plugin of ours that peers connect to in memory. */
export class PluginUnderTest {
  readonly server: PluginServer;
  /** Of connections that failed. */
  readonly errors: PluginartError[] = [];

  constructor(handler: RawHandler = handlers.echo, options: PluginServerOptions = {}, schema?: string) {
    this.server = new PluginServer(new RawDispatcher(handler, CONTRACT_HASH, schema), {
      onConnectionError: (error) => this.errors.push(error),
      ...options,
    });
  }

  /** The far end of a new connection to it. */
  connect(): LinkDuplex {
    const [near, far] = memoryLinks();
    void this.server.accept(lending(near));
    return new LinkDuplex(far);
  }

  /** A peer on the far end of a new connection. */
  peer(): V2Host {
    return new V2Host(new Connection(this.connect()));
  }

  v1Peer(): V1Host {
    return new V1Host(this.connect());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.destroy();
  }
}

type Options = Partial<HostSessionOptions>;

const hostDefaults = { pluginName: 'peer', contractHash: CONTRACT_HASH, handshakeTimeoutMs: 20_000 };

/** A host of ours connected in memory to whatever stands at the far end. */
export function openHost(standAt: (far: LinkDuplex) => void, options: Options = {}): Promise<HostSession> {
  const [near, far] = memoryLinks();
  standAt(new LinkDuplex(far));
  return openHostSession(lending(near), { ...hostDefaults, ...options });
}

export function openHostToV1(
  plugin: Partial<V1PluginOptions> = {},
  options: Options = {},
): Promise<HostSession> {
  const peerOptions: V1PluginOptions = {
    contractHash: CONTRACT_HASH,
    handler: 'raw',
    handshake: 'none',
    ...plugin,
  };
  return openHost((far) => new V1Plugin(far, peerOptions), options);
}

export async function openHostToV2(
  plugin: Partial<V2PluginOptions> = {},
  options: Options = {},
): Promise<{ readonly session: HostSession; readonly peer: V2Plugin }> {
  let peer: V2Plugin | undefined;
  const session = await openHost((far) => {
    peer = new V2Plugin(far, { contractHash: CONTRACT_HASH, ...plugin });
  }, options);
  return { session, peer: peer as V2Plugin };
}

/** A method whose request is empty and whose every answer is refused. */
export const unreadableMethod: Method<undefined, never> = {
  name: 'Read',
  service: 'Test',
  code: 1,
  contractHash: CONTRACT_HASH,
  idempotent: false,
  streaming: 'none',
  encodeCall() {},
  decodeResponse(): never {
    throw new Error('no sense in it');
  },
};
