import type { NewClaim } from '../../src/payments/ports/payment-store.js';
import { openStore, type Store } from '../../src/store/open-store.js';
import { newClaim } from '../store/support/payments.fixture.js';
import { serverOptions } from '../store/support/test-store-options.js';
import { sharedPostgres } from '../support/postgres.js';

const MINUTE_MS = 60_000;

describe('rate limits', () => {
  let databaseUrl: string;
  let replicas: readonly [Store, Store];
  beforeAll(async () => {
    databaseUrl = await sharedPostgres().createDatabase();
    replicas = [await openStore(serverOptions(databaseUrl)), await openStore(serverOptions(databaseUrl))];
  });
  afterAll(async () => {
    await Promise.all(replicas.map((replica) => replica.close()));
  });

  function limitedClaim(scope: string, fields: Partial<NewClaim> = {}): NewClaim {
    return newClaim({ scope, mostPerMinute: { caller: 5, instrument: null }, ...fields });
  }

  /** Half by each replica, all at once. */
  async function claimAll(claims: readonly NewClaim[]): Promise<string[]> {
    const answers = claims.map((claim, index) => replicas[index % 2 === 0 ? 0 : 1].payments.claim(claim));
    return (await Promise.all(answers)).map(({ kind }) => kind);
  }

  const countOf = (kinds: readonly string[], kind: string): number => kinds.filter((found) => found === kind).length;

  it('are one for all replicas: of forty claims at once as many are made as one minute may have', async () => {
    const kinds = await claimAll(Array.from({ length: 40 }, () => limitedClaim('forty-at-once')));
    expect([countOf(kinds, 'claimed'), countOf(kinds, 'limited')]).toEqual([5, 35]);
  });

  it('say how long it takes until the window ends', async () => {
    await claimAll(Array.from({ length: 5 }, () => limitedClaim('how-long')));
    const answer = await replicas[0].payments.claim(limitedClaim('how-long'));
    expect(answer).toEqual({ kind: 'limited', retryAfterMs: expect.any(Number) as number });
    const { retryAfterMs } = answer as { retryAfterMs: number };
    expect(retryAfterMs > 0 && retryAfterMs <= MINUTE_MS).toBe(true);
  });

  it('do not count replays, not even twenty in the same moment', async () => {
    const first = limitedClaim('replays');
    const repeated = Array.from({ length: 20 }, () => ({
      ...limitedClaim('replays'),
      idempotencyKey: first.idempotencyKey,
    }));
    const replays = await claimAll([first, ...repeated]);
    const others = await claimAll(Array.from({ length: 5 }, () => limitedClaim('replays')));
    expect([countOf(replays, 'claimed'), countOf(replays, 'taken')]).toEqual([1, 20]);
    expect([countOf(others, 'claimed'), countOf(others, 'limited')]).toEqual([4, 1]);
  });

  it('answer a taken key with its payment when the rate is spent', async () => {
    const claims = Array.from({ length: 5 }, () => limitedClaim('spent'));
    await claimAll(claims);
    const again = { ...limitedClaim('spent'), idempotencyKey: claims[0]?.idempotencyKey ?? '' };
    expect(await claimAll([again])).toEqual(['taken']);
  });

  it('hold for an instrument whoever charges it', async () => {
    const fields = { paymentInstrumentId: 'pi_tried_out', mostPerMinute: { caller: null, instrument: 3 } };
    const kinds = await claimAll(Array.from({ length: 10 }, (_, index) => limitedClaim(`thief-${index}`, fields)));
    expect([countOf(kinds, 'claimed'), countOf(kinds, 'limited')]).toEqual([3, 7]);
  });

  it('hold for an instrument however its id is spelt, as a provider may not tell the spellings apart', async () => {
    const spellings = [
      'pi_Tried',
      'pi_tried',
      'PI_TRIED',
      ' pi_Tried ',
      'pi_Tri\u00e9d',
      'pi_Tried\u200b',
      '\uff50i_Tried',
    ];
    const claims = spellings.map((paymentInstrumentId, index) =>
      limitedClaim(`speller-${index}`, { paymentInstrumentId, mostPerMinute: { caller: null, instrument: 3 } }),
    );
    const kinds = await claimAll(claims);
    expect([countOf(kinds, 'claimed'), countOf(kinds, 'limited')]).toEqual([3, 4]);
  });

  it('keep what a refused caller asks for from being counted against the instrument', async () => {
    const rates = { paymentInstrumentId: 'pi_of_a_victim', mostPerMinute: { caller: 1, instrument: 3 } };
    await claimAll(Array.from({ length: 10 }, () => limitedClaim('hammering', rates)));
    const kinds = await claimAll(Array.from({ length: 3 }, (_, index) => limitedClaim(`victim-${index}`, rates)));
    expect([countOf(kinds, 'claimed'), countOf(kinds, 'limited')]).toEqual([2, 1]);
  });

  it('keep callers apart', async () => {
    await claimAll(Array.from({ length: 6 }, () => limitedClaim('busy')));
    expect(await claimAll([limitedClaim('calm')])).toEqual(['claimed']);
  });

  it('are one for all replicas for renewed QR codes too, apart from those of payments', async () => {
    const counted = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        replicas[index % 2 === 0 ? 0 : 1].payments.countQrRefresh('renewing', 5),
      ),
    );
    const refusals = counted.filter((refusal) => refusal !== null);
    expect(refusals).toHaveLength(15);
    expect(refusals.filter(({ retryAfterMs }) => !(retryAfterMs > 0 && retryAfterMs <= MINUTE_MS))).toEqual([]);
    expect(await replicas[0].payments.countQrRefresh('another', 5)).toBeNull();
    expect(await claimAll([limitedClaim('renewing')])).toEqual(['claimed']);
    await sharedPostgres().sql(
      databaseUrl,
      `UPDATE rate_windows SET window_start = window_start - interval '1 minute'`,
    );
    expect(await replicas[1].payments.countQrRefresh('renewing', 5)).toBeNull();
  });

  it.each([
    ['a minute has passed', "- interval '1 minute'"],
    ["the database's clock was set back", "+ interval '10 minutes'"],
  ])('begin anew when %s', async (scope, change) => {
    await claimAll(Array.from({ length: 5 }, () => limitedClaim(scope)));
    await replicas[0].payments.countQrRefresh(scope, 1);
    await sharedPostgres().sql(databaseUrl, `UPDATE rate_windows SET window_start = window_start ${change}`);
    const kinds = await claimAll(Array.from({ length: 6 }, () => limitedClaim(scope)));
    expect([countOf(kinds, 'claimed'), countOf(kinds, 'limited')]).toEqual([5, 1]);
    const renewals = [
      await replicas[0].payments.countQrRefresh(scope, 1),
      await replicas[1].payments.countQrRefresh(scope, 1),
    ];
    expect(renewals).toEqual([null, { kind: 'limited', retryAfterMs: expect.any(Number) as number }]);
  });
});
