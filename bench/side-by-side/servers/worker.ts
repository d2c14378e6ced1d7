import { parentPort } from 'node:worker_threads';

/** From here on handing the memory over is cheaper than copying it. */
const transferBytes = 65_536;

const port = parentPort!;
port.on('message', (payload: Uint8Array<ArrayBuffer>) => {
  port.postMessage(payload, payload.length < transferBytes ? [] : [payload.buffer]);
});
