import { createServer } from 'node:net';
import { ready } from './ready.ts';

// Every chunk goes back as it comes: the least that an echo can do.
const server = createServer((socket) => {
  socket.on('data', (chunk) => socket.write(chunk));
});
server.listen(process.env.PLUGIN_SOCKET, ready);
