import { createServer } from 'node:net';
import { receiveWhole, sendWhole } from '../whole-messages.ts';
import { ready } from './ready.ts';

const server = createServer((socket) => receiveWhole(socket, (message) => sendWhole(socket, message)));
server.listen(process.env.PLUGIN_SOCKET, ready);
