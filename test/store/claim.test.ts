import { newId } from '../../src/shared/ids.js';
import { claimedPayment, newClaim, newNews, SOME_TIME_MS } from './payments.fixture.js';
import { describeStore } from './test-stores.js';

describeStore('the claim', (store) => {
  describe('claiming', () => {
    it('keeps the whole intent, with the first event, before anybody is asked to pay', async () => {
      const claim = newClaim({
        scope: 'issuer|customer',
        amount: { minorUnits: 12_345_678_901_234_567_890n, currency: 'KWD' },
        merchantReferenceId: 'order 7 of the shop',
        referenceIsOurs: false,
        productId: 'prd_1',
      });

      const answer = await store().payments.claim(claim);

      const { eventId, sendWindowMs } = claim;
      const intent: Partial<typeof claim> = { ...claim };
      for (const field of ['claimId', 'eventId', 'sendWindowMs'] as const) Reflect.deleteProperty(intent, field);
      expect(answer).toEqual({
        kind: 'claimed',
        payment: {
          ...intent,
          standing: 'PROCESSING',
          epoch: 1,
          sendBeforeMs: answer.payment.createdAtMs + sendWindowMs,
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
      expect(await store().payments.findByIds([claim.id])).toEqual([answer.payment]);
    });

    it('answers with the payment that has the key, whatever the input of the second call', async () => {
      const first = newClaim();
      const { payment } = await store().payments.claim(first);

      const second = newClaim({ idempotencyKey: first.idempotencyKey, fingerprint: 'cd'.repeat(32) });

      expect(await store().payments.claim(second)).toEqual({ kind: 'taken', payment });
      expect(await store().payments.findByIds([second.id])).toEqual([null]);
    });

    it('lets every scope have the same key for itself', async () => {
      const first = newClaim({ scope: 'one' });
      await store().payments.claim(first);

      const answer = await store().payments.claim(newClaim({ scope: 'another', idempotencyKey: first.idempotencyKey }));

      expect(answer.kind).toBe('claimed');
    });

    it('gives a key to exactly one of 200 concurrent claims', async () => {
      const { idempotencyKey } = newClaim();

      const answers = await Promise.all(
        Array.from({ length: 200 }, () => store().payments.claim(newClaim({ idempotencyKey }))),
      );

      expect(answers.filter(({ kind }) => kind === 'claimed')).toHaveLength(1);
      expect(answers.filter(({ kind }) => kind === 'taken')).toHaveLength(199);
      expect(new Set(answers.map(({ payment }) => payment.id)).size).toBe(1);
    });

    it('finds a claim again when it is repeated under its own claim id, also at the same moment', async () => {
      const claim = newClaim();

      const answers = await Promise.all(Array.from({ length: 20 }, () => store().payments.claim(claim)));

      expect(new Set(answers.map(({ kind }) => kind))).toEqual(new Set(['claimed']));
      expect(new Set(answers.map(({ payment }) => payment.timeline.length))).toEqual(new Set([1]));
    });

    it('does not hand a claim out again once it is no longer in its first epoch', async () => {
      const claim = newClaim();
      await store().payments.claim(claim);
      await store().payments.release(claim.id, {
        epoch: 1,
        eventId: newId('event', SOME_TIME_MS),
        detail: 'Not sent.',
      });

      expect((await store().payments.claim(claim)).kind).toBe('taken');
    });

    it('rejects what breaks a rule of the table as the bug that it is', async () => {
      const claim = newClaim({ fingerprint: 'not a hash' });

      await expect(store().payments.claim(claim)).rejects.toThrow('fingerprint_is_sha256_hex');
    });
  });

  describe('taking over and releasing', () => {
    const release = (paymentId: string, epoch: number): Promise<void> =>
      store().payments.release(paymentId, { epoch, eventId: newId('event', SOME_TIME_MS), detail: 'Not sent.' });
    const takeOver = (paymentId: string, claimId = newId('claim', SOME_TIME_MS)) =>
      store().payments.takeOver(paymentId, { claimId, eventId: newId('event', SOME_TIME_MS), sendWindowMs: 9_000 });

    it('gives a released payment to exactly one of many, in a new epoch with a new time to send', async () => {
      const paymentId = await claimedPayment(store());
      await release(paymentId, 1);

      const taken = await Promise.all(Array.from({ length: 20 }, () => takeOver(paymentId)));

      const winners = taken.flatMap((payment) => (payment === null ? [] : [payment]));
      expect(winners).toHaveLength(1);
      expect(winners[0]).toMatchObject({ id: paymentId, standing: 'PROCESSING', epoch: 2 });
      expect((winners[0]?.sendBeforeMs ?? 0) - (winners[0]?.updatedAtMs ?? 0)).toBeCloseTo(9_000, -2);
      expect(winners[0]?.timeline.map(({ status, detail }) => [status, detail])).toEqual([
        ['PROCESSING', null],
        ['PROCESSING', 'Not sent.'],
        ['PROCESSING', 'Taken up again by a repeated call.'],
      ]);
    });

    it('finds a takeover again when it is repeated under its own claim id', async () => {
      const paymentId = await claimedPayment(store());
      await release(paymentId, 1);
      const claimId = newId('claim', SOME_TIME_MS);
      await takeOver(paymentId, claimId);

      expect(await takeOver(paymentId, claimId)).toMatchObject({ epoch: 2, standing: 'PROCESSING' });
    });

    it('takes nothing over that is not released', async () => {
      const paymentId = await claimedPayment(store());

      expect(await takeOver(paymentId)).toBeNull();
    });

    it('releases for the holder of the epoch only', async () => {
      const paymentId = await claimedPayment(store());
      await release(paymentId, 1);
      await takeOver(paymentId);

      await release(paymentId, 1);

      expect(await store().payments.findByIds([paymentId])).toMatchObject([{ standing: 'PROCESSING', epoch: 2 }]);
    });

    it('releases nothing that has an outcome', async () => {
      const paymentId = await claimedPayment(store());
      await store().payments.settle(paymentId, newNews());

      await release(paymentId, 1);

      expect(await store().payments.findByIds([paymentId])).toMatchObject([{ standing: 'SUCCEEDED' }]);
    });
  });
});
