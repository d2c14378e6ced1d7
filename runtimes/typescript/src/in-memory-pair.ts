import { Client } from './client/client.ts';
import { ServiceDispatcher } from './plugin/dispatcher.ts';
import { PluginServer } from './plugin/plugin-server.ts';
import type { Service } from './plugin/service.ts';
import { openHostSession } from './session/open-host-session.ts';
import { memoryLinks } from './transport/memory.ts';

/**
 * A client and a service joined in memory, through the whole protocol but without process or socket; for tests
 * of handlers: `new EchoClient(await inMemoryPair(echoService(handlers)))`.
 */
export async function inMemoryPair(service: Service): Promise<Client> {
  const [hostLink, pluginLink] = memoryLinks();
  const server = new PluginServer(new ServiceDispatcher(service), {});
  void server.accept(pluginLink);
  const { contractHash } = service;
  return new Client(await openHostSession(hostLink, { pluginName: service.name, contractHash }));
}
