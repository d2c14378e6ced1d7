export { Client } from './client/client.ts';
export { type ConnectOptions, connect } from './client/connect.ts';
export * from './errors/index.ts';
export * from './host/index.ts';
export { inMemoryPair } from './in-memory-pair.ts';
export type { PluginServerOptions } from './plugin/plugin-server.ts';
export { type RawServeOptions, type ServeOptions, type ServingPlugin, serve } from './plugin/serve.ts';
export type { CallContext, RawHandler, Service, ServiceMethod } from './plugin/service.ts';
export type { Caller, CallMetadata, CallOptions } from './session/caller.ts';
export type { PeerDescription } from './session/description.ts';
export {
  builderMethod,
  type CallEnvelope,
  type CallHead,
  type Method,
  type ResponseEncoder,
  type Streaming,
} from './session/method.ts';
