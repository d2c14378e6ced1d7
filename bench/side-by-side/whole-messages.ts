import type { Socket } from 'node:net';

const headerBytes = 4;

/** Sends a message behind its length. */
export function sendWhole(socket: Socket, message: Buffer): void {
  const header = Buffer.allocUnsafe(headerBytes);
  header.writeUInt32LE(message.length);
  socket.cork();
  socket.write(header);
  socket.write(message);
  socket.uncork();
}

/** Hands over messages as buffers of their own: the least that any protocol with messages does. */
export function receiveWhole(socket: Socket, onMessage: (message: Buffer) => void): void {
  const header = Buffer.allocUnsafe(headerBytes);
  let headerFilled = 0;
  let message: Buffer | undefined;
  let filled = 0;
  socket.on('data', (chunk) => {
    let at = 0;
    while (at < chunk.length) {
      if (message === undefined) {
        const taken = chunk.copy(header, headerFilled, at);
        headerFilled += taken;
        at += taken;
        if (headerFilled < headerBytes) return;
        message = Buffer.allocUnsafe(header.readUInt32LE());
        headerFilled = filled = 0;
      }
      const taken = chunk.copy(message, filled, at);
      filled += taken;
      at += taken;
      if (filled < message.length) return;
      const whole = message;
      message = undefined;
      onMessage(whole);
    }
  });
}
