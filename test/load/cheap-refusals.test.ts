import { openRaw, requestText } from '../http/raw-connection.js';
import { CREATE_PAYMENT, ownInput } from '../support/graphql-client.js';
import { expectLedgerUnchanged, ordersAt } from '../security/support/ledger.js';
import { startGateway, type Gateway } from '../support/gateway/gateway.js';

/** What a flood of requests without credentials makes the gateway do: as little as possible. */
describe('a refused stranger', () => {
  let gateway: Gateway<'tokens'>;
  beforeAll(async () => {
    gateway = await startGateway({ with: ['tokens'] });
  });
  afterAll(() => gateway.close());
  expectLedgerUnchanged(() => ordersAt(gateway.sandboxUrl));

  const payment = (): string => JSON.stringify({ query: CREATE_PAYMENT, variables: { input: ownInput() } });
  const refused = (body: string): string => requestText('POST /graphql', { 'Content-Type': 'application/json' }, body);

  it('keeps the connection where the body came along: a new one costs the gateway more than the answer', async () => {
    const raw = await openRaw(Number(new URL(gateway.url).port));
    raw.send(refused(payment()));
    await raw.saw('"UNAUTHENTICATED"');
    raw.send(refused(payment()).replace('POST /graphql', 'POST /nowhere'));
    await raw.saw('"NOT_FOUND"');
    raw.destroy();
    expect(raw.received()).toMatch(/^HTTP\/1\.1 401 [\s\S]*HTTP\/1\.1 404 /);
    expect(raw.received().toLowerCase()).not.toContain('connection: close');
  });

  it('logs no more of a path than tells it apart', async () => {
    const path = `/${'long/'.repeat(3_000)}`;
    expect((await fetch(`${gateway.url}${path}`)).status).toBe(404);
    expect(gateway.logLines.join('')).toContain(`"${path.slice(0, 200)}…"`);
    expect(gateway.logLines.join('')).not.toContain(path.slice(0, 201));
  });

  it('loses the connection where the body is still to come: what follows could be taken for another request', async () => {
    const raw = await openRaw(Number(new URL(gateway.url).port));
    const headers = { Authorization: `Bearer ${gateway.issuer.token()}`, 'Content-Type': 'application/json' };
    raw.send(refused(payment()).replace(/Content-Length: \d+/, 'Content-Length: 200000'));
    await raw.saw('"UNAUTHENTICATED"');
    raw.send(requestText('POST /graphql', headers, payment()));
    const answer = await raw.ended();
    expect(answer.toLowerCase()).toContain('connection: close');
    expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
  });
});
