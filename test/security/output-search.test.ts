import SearchingEnvironment from '../support/searching-environment.cjs';
import { createLog } from '../../src/shared/log/log.js';
import { createOutputSearch } from '../support/output-search.js';

const PLANTED: readonly (readonly [string, string])[] = [
  ['an API key', '{"msg":"calling with sk_test_planted"}'],
  ['a webhook secret', '{"msg":"verifying with whsec_planted"}'],
  ['an access token', '{"token":"eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln"}'],
  ['an Authorization header', '{"header":"Bearer 0123456789abcdef"}'],
  ['an e-mail address', '{"customer":"planted.buyer@shop.example"}'],
  ['a full instrument id', '{"instrument":"pi_planted_instrument"}'],
  ['a password in a URL', '{"url":"postgres://gateway:planted@db:5432"}'],
];

describe('the search of what gateways write', () => {
  it.each(PLANTED)('finds %s', (kind, line) => {
    const search = createOutputSearch();
    search.look(`{"msg":"request"}\n${line}\n`);
    expect(search.found).toEqual([`${kind} in: ${line}`]);
  });

  it('finds a secret that has no shape of its own, once it is named', () => {
    const search = createOutputSearch();
    search.searchFor('the secret of the router', 'planted secret of a router');
    search.look('{"msg":"sent: planted secret of a router"}');
    expect(search.found).toEqual(['the secret of the router in: {"msg":"sent: planted secret of a router"}']);
  });

  it('finds what a log lets through', () => {
    const search = createOutputSearch();
    search.searchFor('a metadata value', 'planted-metadata');
    const log = createLog('debug', { write: search.look });
    log.info({ requestId: 'req_1', metadata: [{ key: 'cart', value: 'planted-metadata' }] }, 'payment');
    expect(search.found).toHaveLength(1);
  });

  it('takes nothing ordinary for a secret', () => {
    const search = createOutputSearch();
    search.look(
      '{"time":"2026-01-01T00:00:00.000Z","requestId":"req_0190","paymentId":"pay_0190aa","path":"/graphql","instrument":"pi_…d_ok","stack":"at node_modules/@apollo/server/dist:1:2","url":"http://127.0.0.1:4000"}',
    );
    expect(search.found).toEqual([]);
  });
});

describe('the environment of the suites', () => {
  const finish = (found: readonly string[] | undefined): Promise<void> =>
    SearchingEnvironment.prototype.handleTestEvent.call({ global: { foundInOutput: found } }, { name: 'run_finish' });

  it('fails a suite in which a gateway has written a secret', async () => {
    await expect(finish(['an API key in: planted'])).rejects.toThrow('A gateway wrote what it must not (1 times)');
  });

  it('lets a suite pass in which none has', async () => {
    await expect(finish([])).resolves.toBeUndefined();
    await expect(finish(undefined)).resolves.toBeUndefined();
  });

  it('looks at what this suite’s search has found', () => {
    expect((globalThis as { foundInOutput?: unknown }).foundInOutput).toEqual([]);
  });
});
