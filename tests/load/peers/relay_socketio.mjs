// The same relay with socket.io: `join` puts a receiver into a room, `m` goes to the room of the sender's number.
import { createServer } from 'node:http';
import { Server } from 'socket.io';

const server = createServer();
new Server(server, { perMessageDeflate: false }).on('connection', (socket) => {
  const { side, number } = socket.handshake.query;
  if (side === 'b') socket.join(number);
  else if (side === 'echo') socket.on('m', (text) => socket.emit('m', text));
  else socket.on('m', (text) => socket.nsp.to(number).emit('m', text));
});
server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`));
