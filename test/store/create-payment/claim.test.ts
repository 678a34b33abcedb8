import type { Payment } from '../../../src/payments/model/payment.js';
import type { LimitedSend, NewClaim } from '../../../src/payments/ports/payment-store.js';
import { newId, paymentIdOf } from '../../../src/shared/ids.js';
import {
  claim,
  claimedPayment,
  giveBack,
  newClaim,
  newTakeOver,
  newUpdate,
  ofLocal,
  SOME_TIME_MS,
} from '../support/payments.fixture.js';
import { describeStore } from '../support/test-stores.js';

describeStore('the claim', (store) => {
  describe('claiming', () => {
    it('keeps the whole intent, with the first event, before anybody is asked to pay', async () => {
      const asked = newClaim({
        scope: 'issuer|customer',
        requested: {
          money: { minorUnits: 12_345_678_901_234_567_890n, currency: 'KWD' },
          chargeCurrency: 'USD',
          isDiscounted: true,
        },
        merchantReferenceId: 'order 7 of the shop',
        referenceIsOurs: false,
        productId: 'prd_1',
      });

      const answer = await claim(store(), asked);

      const { eventId, sendWindowMs, gatewayTimeMs } = asked;
      const intent: Partial<NewClaim> = { ...asked };
      for (const field of ['eventId', 'sendWindowMs', 'gatewayTimeMs', 'mostPerMinute'] as const)
        Reflect.deleteProperty(intent, field);
      expect(answer).toEqual({
        kind: 'claimed',
        hasProviderEvent: false,
        payment: {
          ...intent,
          state: 'PROCESSING',
          epoch: 1,
          sendBeforeMs: answer.payment.createdAtMs + sendWindowMs,
          sentByGatewayAtMs: gatewayTimeMs,
          amount: asked.requested.money,
          chargedAmount: null,
          orderId: null,
          sessionId: null,
          action: null,
          failure: null,
          rejection: null,
          providerTimeMs: answer.payment.createdAtMs,
          createdAtMs: expect.any(Number) as number,
          updatedAtMs: answer.payment.createdAtMs,
          timeline: [
            {
              id: eventId,
              status: 'PROCESSING',
              source: 'CREATE_PAYMENT',
              occurredAtMs: answer.payment.createdAtMs,
              detail: null,
            },
          ],
        },
      });
      expect(await store().payments.findByIds([asked])).toEqual([answer.payment]);
    });

    it('answers with the payment that has the key, whatever the input of the second call', async () => {
      const first = newClaim();
      const { payment } = await claim(store(), first);

      const second = newClaim({ idempotencyKey: first.idempotencyKey, fingerprint: 'cd'.repeat(32) });

      expect(await store().payments.claim(second)).toEqual({ kind: 'taken', payment });
      expect(await store().payments.findByIds(ofLocal([second.id]))).toEqual([payment]);
    });

    it('lets every scope have the same key for itself', async () => {
      const first = newClaim({ scope: 'one' });
      await store().payments.claim(first);

      const answer = await store().payments.claim(newClaim({ scope: 'another', idempotencyKey: first.idempotencyKey }));

      expect(answer.kind).toBe('claimed');
    });

    it('answers each scope’s repeated claim with its own payment where several scopes have the key', async () => {
      const { idempotencyKey } = newClaim();
      const scopes = ['one of three', 'two of three', 'three of three'];
      const own: Payment[] = [];
      for (const scope of scopes) own.push((await claim(store(), newClaim({ scope, idempotencyKey }))).payment);

      for (const [index, scope] of scopes.entries()) {
        const again = await store().payments.claim(newClaim({ scope, idempotencyKey }));
        expect(again).toEqual({ kind: 'taken', payment: own[index] });
      }
    });

    it('finds no other scope’s payment by the key where the own rate is spent', async () => {
      const rate: LimitedSend = {
        scope: 'spent by itself',
        paymentInstrumentId: 'pi_spent',
        mostPerMinute: { caller: 1, instrument: null },
      };
      const limited = (changes: Partial<NewClaim> = {}) => newClaim({ ...changes, ...rate });
      const others = newClaim({ scope: 'has it already' });
      await store().payments.claim(others);
      await store().payments.claim(limited());

      const answer = await store().payments.claim(limited({ idempotencyKey: others.idempotencyKey }));

      expect(answer).toEqual({ kind: 'limited', retryAfterMs: expect.any(Number) as number });
    });

    it('gives a key to exactly one of 200 concurrent claims', async () => {
      const { idempotencyKey } = newClaim();

      const answers = await Promise.all(
        Array.from({ length: 200 }, () => claim(store(), newClaim({ idempotencyKey }))),
      );

      expect(answers.filter(({ kind }) => kind === 'claimed')).toHaveLength(1);
      expect(answers.filter(({ kind }) => kind === 'taken')).toHaveLength(199);
      expect(new Set(answers.map(({ payment }) => payment.id)).size).toBe(1);
    });

    it('finds a claim again when it is repeated under its own claim id, also at the same moment', async () => {
      const asked = newClaim();

      const answers = await Promise.all(Array.from({ length: 20 }, () => claim(store(), asked)));

      expect(new Set(answers.map(({ kind }) => kind))).toEqual(new Set(['claimed']));
      expect(new Set(answers.map(({ payment }) => payment.timeline.length))).toEqual(new Set([1]));
    });

    it('does not hand a claim out again once it is no longer in its first epoch', async () => {
      const claim = newClaim();
      await store().payments.claim(claim);
      await giveBack(store(), claim.id);

      expect((await store().payments.claim(claim)).kind).toBe('taken');
    });

    it('rejects what breaks a rule of the table as the bug that it is', async () => {
      const claim = newClaim({ fingerprint: 'not a hash' });

      await expect(store().payments.claim(claim)).rejects.toThrow('fingerprint_is_sha256_hex');
    });
  });

  describe('taking over and releasing', () => {
    const release = (paymentId: string, retryAfterMs: number | null = null) =>
      giveBack(store(), paymentId, { retryAfterMs });
    const claimOf = async (paymentId: string): Promise<string> => (await stateOf(paymentId))?.claimId ?? '';
    const takeOver = (paymentId: string, claimId = newId('claim', SOME_TIME_MS)) =>
      store().payments.takeOver(paymentId, newTakeOver({ claimId, sendWindowMs: 9_000 }));
    const stateOf = async (id: string, scope = 'local') => (await store().payments.findByIds([{ id, scope }]))[0];

    it('gives a released payment to exactly one of many, in a new epoch with a new time to send', async () => {
      const paymentId = await claimedPayment(store());
      await release(paymentId);

      const taken = await Promise.all(Array.from({ length: 20 }, () => takeOver(paymentId)));

      const winners = taken.flatMap((answer) => (answer?.kind === 'takenOver' ? [answer.payment] : []));
      expect(taken.filter((answer) => answer === null)).toHaveLength(19);
      expect(winners).toHaveLength(1);
      expect(winners[0]).toMatchObject({ id: paymentId, state: 'PROCESSING', epoch: 2 });
      expect((winners[0]?.sendBeforeMs ?? 0) - (winners[0]?.updatedAtMs ?? 0)).toBeCloseTo(9_000, -2);
      expect(winners[0]?.timeline.map(({ status, detail }) => [status, detail])).toEqual([
        ['PROCESSING', null],
        ['PROCESSING', 'Not sent.'],
        ['PROCESSING', 'Taken up again by a repeated call.'],
      ]);
    });

    it('finds a takeover again when it is repeated under its own claim id', async () => {
      const paymentId = await claimedPayment(store());
      await release(paymentId);
      const claimId = newId('claim', SOME_TIME_MS);
      await takeOver(paymentId, claimId);

      expect(await takeOver(paymentId, claimId)).toMatchObject({ payment: { epoch: 2, state: 'PROCESSING' } });
    });

    it('takes nothing over that is not released', async () => {
      const paymentId = await claimedPayment(store());

      expect(await takeOver(paymentId)).toBeNull();
    });

    it('releases for the holder of the claim only, whatever the epoch', async () => {
      const paymentId = await claimedPayment(store());
      const claimId = await claimOf(paymentId);
      await release(paymentId);
      await takeOver(paymentId);

      await giveBack(store(), paymentId, { claimId });

      expect(await store().payments.findByIds(ofLocal([paymentId]))).toMatchObject([{ state: 'PROCESSING', epoch: 2 }]);
    });

    it('releases nothing that has an outcome, and tells how it stands', async () => {
      const paymentId = await claimedPayment(store());
      await store().payments.record(paymentId, newUpdate());

      const left = await release(paymentId);

      expect(left).toMatchObject({ state: 'SUCCEEDED' });
      expect(await stateOf(paymentId)).toEqual(left);
    });

    it('returns the payment as it is, also when it releases twice, and nothing of one that never was', async () => {
      const paymentId = await claimedPayment(store());

      const left = await release(paymentId);

      expect(left).toMatchObject({ state: 'RELEASED', timeline: [{}, { detail: 'Not sent.' }] });
      expect(await release(paymentId)).toEqual(left);
      expect(await stateOf(paymentId)).toEqual(left);
      expect(await release(paymentIdOf('local', 'of nobody'))).toBeNull();
    });

    it('leaves a payment alone until the wait is over that it was released with', async () => {
      const paymentId = await claimedPayment(store());
      await release(paymentId, 3_600_000);

      const answer = await takeOver(paymentId);

      expect(answer).toEqual({ kind: 'tooEarly', retryAfterMs: expect.any(Number) as number });
      const { retryAfterMs } = answer as { retryAfterMs: number };
      expect(retryAfterMs > 0 && retryAfterMs <= 3_600_000).toBe(true);
      expect(await stateOf(paymentId)).toMatchObject({ state: 'RELEASED', epoch: 1, timeline: [{}, {}] });
    });

    it('takes a payment over whose wait is over, and keeps no wait from an earlier release', async () => {
      const paymentId = await claimedPayment(store());
      await release(paymentId, 0);
      expect(await takeOver(paymentId)).toMatchObject({ kind: 'takenOver' });
      await release(paymentId);

      expect(await takeOver(paymentId)).toMatchObject({ kind: 'takenOver', payment: { epoch: 3 } });
    });

    it('takes nothing over whose key has expired: an old one answers as such and never charges again', async () => {
      const first = newClaim();
      const { payment } = await claim(store(), first);
      await release(payment.id);
      const again = () => store().payments.claim(newClaim({ idempotencyKey: first.idempotencyKey }));
      expect(await again()).toMatchObject({ kind: 'taken' });

      await store().reconciliation.expireKeys(-1_000);

      expect(await again()).toMatchObject({ kind: 'expired', payment: { id: payment.id, idempotencyKey: null } });
      expect(await takeOver(payment.id)).toBeNull();
      expect(await stateOf(payment.id)).toMatchObject({ state: 'RELEASED', epoch: 1 });
    });

    describe('within a rate', () => {
      const MINUTE_MS = 60_000;
      const limited = (changes: Partial<LimitedSend>): LimitedSend => ({
        scope: 'again',
        paymentInstrumentId: 'pi_again',
        mostPerMinute: { caller: 3, instrument: null },
        ...changes,
      });
      const uncounted = ({ scope, paymentInstrumentId }: LimitedSend) =>
        claimedPayment(store(), { scope, paymentInstrumentId });
      const takeOverLimited = (paymentId: string, rate: LimitedSend, claimId = newId('claim', SOME_TIME_MS)) =>
        store().payments.takeOver(paymentId, newTakeOver({ claimId, sendWindowMs: 9_000, ...rate }));

      it('counts each takeover, together with new payments, and tells how long to wait when it is spent', async () => {
        const rate = limited({ scope: 'one key' });
        const { payment } = await claim(store(), newClaim(rate));
        const kinds: unknown[] = [];
        for (let epoch = 1; epoch <= 5; epoch++) {
          await release(payment.id);
          kinds.push((await takeOverLimited(payment.id, rate))?.kind);
        }
        const refused = await takeOverLimited(payment.id, rate);

        expect(kinds).toEqual(['takenOver', 'takenOver', 'limited', 'limited', 'limited']);
        const { retryAfterMs } = refused as { retryAfterMs: number };
        expect(retryAfterMs > 0 && retryAfterMs <= MINUTE_MS).toBe(true);
        expect(await stateOf(payment.id, rate.scope)).toMatchObject({ state: 'RELEASED', epoch: 3 });
        expect(await store().payments.claim(newClaim(rate))).toMatchObject({ kind: 'limited' });
      });

      it('holds for an instrument whoever takes over, also for many at once', async () => {
        const rates = Array.from({ length: 8 }, (_, index) =>
          limited({
            scope: `thief ${index}`,
            paymentInstrumentId: 'pi_of_many',
            mostPerMinute: { caller: 5, instrument: 3 },
          }),
        );
        const ids = await Promise.all(rates.map(uncounted));
        await Promise.all(ids.map((id) => release(id)));

        const answers = await Promise.all(rates.map((rate, index) => takeOverLimited(ids[index] ?? '', rate)));

        const kinds = answers.map((answer) => answer?.kind);
        expect(kinds.filter((kind) => kind === 'takenOver')).toHaveLength(3);
        expect(kinds.filter((kind) => kind === 'limited')).toHaveLength(5);
      });

      it('counts nothing that takes nothing over, nor a takeover twice that is repeated', async () => {
        const rate = limited({ scope: 'replaying', mostPerMinute: { caller: 2, instrument: null } });
        const [processing, waiting] = [await uncounted(rate), await uncounted(rate)];
        await release(waiting, 3_600_000);
        for (let call = 1; call <= 4; call++) {
          expect(await takeOverLimited(processing, rate)).toBeNull();
          expect(await takeOverLimited(waiting, rate)).toMatchObject({ kind: 'tooEarly' });
        }
        await release(processing);
        const claimId = newId('claim', SOME_TIME_MS);
        for (let call = 1; call <= 4; call++)
          expect(await takeOverLimited(processing, rate, claimId)).toMatchObject({ payment: { epoch: 2 } });
        await release(processing);

        expect(await takeOverLimited(processing, rate)).toMatchObject({ payment: { epoch: 3 } });
      });
    });
  });
});
