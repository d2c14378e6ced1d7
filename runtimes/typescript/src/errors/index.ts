export { ErrorCode } from './error-code.ts';
export {
  ConfigError,
  codeName,
  type ErrorFields,
  type ErrorOrigin,
  type Evidence,
  HandshakeError,
  PluginartError,
  PluginError,
  type PluginErrorFields,
  StartupError,
  TransportError,
} from './pluginart-error.ts';
