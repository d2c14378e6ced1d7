import { fileURLToPath } from 'node:url';
import {
  type ChannelOptions,
  type GrpcObject,
  loadPackageDefinition,
  type ServiceClientConstructor,
} from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

const definition = loadSync(fileURLToPath(new URL('./echo.proto', import.meta.url)));
const { bench } = loadPackageDefinition(definition) as { bench: GrpcObject };

export const EchoClient = bench!.Echo as ServiceClientConstructor;

/** What its documentation offers for speed: no channelz, no retries, no limits, a window of the message's size. */
export const tuning: ChannelOptions = {
  'grpc.enable_channelz': 0,
  'grpc.enable_retries': 0,
  'grpc.enable_http_proxy': 0,
  'grpc.service_config_disable_resolution': 1,
  'grpc.max_receive_message_length': -1,
  'grpc.max_send_message_length': -1,
  'grpc-node.flow_control_window': 4_194_304,
};
