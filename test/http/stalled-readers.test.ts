import { connect } from 'node:net';
import { startHttpServer } from './http-server.fixture.js';
import { requestText } from './raw-connection.js';

/** More than the kernel takes in for a client that reads nothing. */
const ANSWERS = 40;

it('closes the connection of a client that asks and never reads, and lets go of its answers', async () => {
  const server = await startHttpServer({ limits: { stalledAfterMs: 500 } });
  const client = connect(server.port, '127.0.0.1').pause();
  client.write(requestText('GET /graphiql/assets/graphiql.js').repeat(ANSWERS));
  const isCutOff = ({ aborted }: Record<string, unknown>): boolean => aborted === true;
  while (!server.lines.some(isCutOff)) await new Promise((resolve) => setTimeout(resolve, 50));
  client.destroy();
  await server.close();
  expect(server.lines.filter(({ msg }) => msg === 'request')).toHaveLength(ANSWERS);
  expect(server.lines).not.toContainEqual(expect.objectContaining({ level: 'error' }));
});

it('leaves one that reads slowly in peace', async () => {
  const server = await startHttpServer({ limits: { stalledAfterMs: 500 } });
  const client = connect(server.port, '127.0.0.1');
  let received = 0;
  const ended = new Promise((resolve) => client.once('close', resolve));
  client.on('data', (chunk) => {
    received += chunk.length;
    client.pause();
    setTimeout(() => client.resume(), 20);
  });
  client.write(requestText('GET /graphiql/assets/graphiql.js', { Connection: 'close' }));
  await ended;
  const { status, headers } = await fetch(`${server.url}/graphiql/assets/graphiql.js`, { method: 'HEAD' });
  expect(status).toBe(200);
  expect(received).toBeGreaterThan(Number(headers.get('content-length')));
  await server.close();
});
