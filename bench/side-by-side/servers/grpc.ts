import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from '@grpc/grpc-js';
import { EchoClient, tuning } from '../grpc-service.ts';
import { ready } from './ready.ts';

type Message = { payload: Buffer };

const server = new Server(tuning);
server.addService(EchoClient.service, {
  echo: (call: ServerUnaryCall<Message, Message>, answer: sendUnaryData<Message>) =>
    answer(null, { payload: call.request.payload }),
});
server.bindAsync(`unix:${process.env.PLUGIN_SOCKET}`, ServerCredentials.createInsecure(), (error) => {
  if (error !== null) throw error;
  ready();
});
