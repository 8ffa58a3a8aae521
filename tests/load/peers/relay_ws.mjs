// A relay with npm's `ws`, as a shop's own developer would write it: /a/N sends, /b/N gets.   node relay_ws.mjs
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

const receivers = new Map();
const server = createServer();
new WebSocketServer({ server, perMessageDeflate: false }).on('connection', (socket, request) => {
  const [, side, number] = request.url.split('/');
  if (side === 'b') receivers.set(number, socket);
  else if (side === 'echo') socket.on('message', (data) => socket.send(data.toString()));
  else socket.on('message', (data) => receivers.get(number)?.send(data.toString()));
});
server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`));
