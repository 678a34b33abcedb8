import { createServer } from 'node:http';

/** The least work per request: flooded in the gateway's place, it shows what the flood costs the machine. */
const ANSWER = JSON.stringify({ errors: [{ message: 'No.' }] });

createServer((request, response) => {
  request.resume();
  response.writeHead(401, { 'content-type': 'application/json' }).end(ANSWER);
}).listen(Number(process.argv[2]), '127.0.0.1', () => process.send?.('listening'));
process.on('disconnect', () => process.exit(0));
