import type { Payment } from '../../../src/payments/model/payment.js';
import type {
  ClaimAnswer,
  MostPerMinute,
  NewClaim,
  ReleaseOptions,
  TakeOverOptions,
} from '../../../src/payments/ports/payment-store.js';
import type { OwnedId } from '../../../src/payments/ports/payment-reads.js';
import type { PaymentUpdate } from '../../../src/payments/ports/payment-update.js';
import { newId, paymentIdOf } from '../../../src/shared/ids.js';
import type { Store } from '../../../src/store/open-store.js';
import type { SqlPaymentStore } from '../../../src/store/payments/payment.store.js';

export const SOME_TIME_MS = 1_780_000_000_000;

export const UNLIMITED: MostPerMinute = { caller: null, instrument: null };

let claims = 0;

export function newClaim(fields: Partial<NewClaim> = {}): NewClaim {
  claims += 1;
  const { scope = 'local', idempotencyKey = `key-of-a-test-${String(claims).padStart(8, '0')}` } = fields;
  const id = paymentIdOf(scope, idempotencyKey);
  return {
    id,
    scope,
    idempotencyKey,
    fingerprint: 'ab'.repeat(32),
    requested: { money: { minorUnits: 1999n, currency: 'USD' }, chargeCurrency: null, isDiscounted: false },
    paymentMethodType: 'CARD',
    paymentInstrumentId: 'pi_card_ok',
    merchantReferenceId: id,
    referenceIsOurs: true,
    productId: null,
    customer: { customerId: 'cus_01', referenceCustomerId: null },
    metadata: [
      { key: 'zebra', value: 'ünïcödé 🦓' },
      { key: 'apple', value: '' },
    ],
    claimId: newId('claim', SOME_TIME_MS),
    eventId: newId('event', SOME_TIME_MS),
    sendWindowMs: 5_000,
    gatewayTimeMs: SOME_TIME_MS,
    mostPerMinute: UNLIMITED,
    ...fields,
  };
}

export function newTakeOver(fields: Partial<TakeOverOptions> = {}): TakeOverOptions {
  return {
    scope: 'local',
    paymentInstrumentId: 'pi_card_ok',
    mostPerMinute: UNLIMITED,
    claimId: newId('claim', SOME_TIME_MS),
    eventId: newId('event', SOME_TIME_MS),
    sendWindowMs: 5_000,
    gatewayTimeMs: SOME_TIME_MS,
    ...fields,
  };
}

export async function claim({ payments }: Pick<Store, 'payments'>, asked: NewClaim): Promise<ClaimAnswer> {
  const answer = await payments.claim(asked);
  if (answer.kind === 'limited') throw new Error('the rate of the claim is spent');
  return answer;
}

export function ofLocal(ids: readonly string[]): OwnedId[] {
  return ids.map((id) => ({ id, scope: 'local' }));
}

let updates = 0;

export function newUpdate(fields: Partial<PaymentUpdate> = {}): PaymentUpdate {
  updates += 1;
  return {
    state: 'SUCCEEDED',
    source: 'PROVIDER_ANSWER',
    providerTimeMs: SOME_TIME_MS,
    detail: null,
    eventId: newId('event', SOME_TIME_MS),
    dedupeKey: `update:${updates}`,
    fields: {},
    ...fields,
  };
}

export async function claimedPayment(store: Store, fields: Partial<NewClaim> = {}): Promise<string> {
  const { payment } = await claim(store, newClaim(fields));
  return payment.id;
}

export async function giveBack(
  { payments }: Store,
  paymentId: string,
  fields: Partial<ReleaseOptions> = {},
): Promise<Payment | null> {
  const payment = await (payments as SqlPaymentStore).readBack(paymentId);
  const claimId = payment?.claimId ?? newId('claim', SOME_TIME_MS);
  return payments.release(paymentId, {
    claimId,
    eventId: newId('event', SOME_TIME_MS),
    detail: 'Not sent.',
    ...fields,
  });
}
