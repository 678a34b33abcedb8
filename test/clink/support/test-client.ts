import { createClinkClient, type ClinkClient, type ClinkClientOptions } from '../../../src/clink/clink-client.js';
import type { ChargeRequest, SendDeadline } from '../../../src/payments/ports/payment-provider.js';
import type { CreatePaymentCommand } from '../../../src/payments/model/create-payment-command.js';
import type { OperatorLog } from '../../../src/payments/ports/operator-log.js';
import { systemClock, type Clock } from '../../../src/shared/clock.js';
import { NOW_MS } from './now.js';

export { NOW_MS };

export const API_KEY = 'sk_test_4eC39HqLyjWDarjtT1zdp7dc';
export const OPEN_DEADLINE: SendDeadline = { hasPassed: () => false, remainingMs: () => Infinity };
export const PAST_DEADLINE: SendDeadline = { hasPassed: () => true, remainingMs: () => 0 };

export const fixedClock: Clock = { ...systemClock, now: () => NOW_MS };

export interface LogEntry {
  readonly level: 'info' | 'alarm';
  readonly event: string;
  readonly details: Readonly<Record<string, string | number | null>>;
}

export interface TestClient extends ClinkClient {
  readonly logged: readonly LogEntry[];
}

/** A client with a log that can be read. */
export function createTestClient(
  options: Pick<ClinkClientOptions, 'baseUrl'> & Partial<ClinkClientOptions>,
): TestClient {
  const logged: LogEntry[] = [];
  const log: OperatorLog = {
    info: (event, details) => logged.push({ level: 'info', event, details }),
    alarm: (event, details) => logged.push({ level: 'alarm', event, details }),
  };
  const client = createClinkClient({
    proxy: null,
    apiKey: () => API_KEY,
    timeoutMs: 5_000,
    connections: 256,
    actionUrlOrigins: [],
    clock: fixedClock,
    log,
    ...options,
  });
  return { ...client, logged };
}

export function command(changes: Partial<CreatePaymentCommand> = {}): CreatePaymentCommand {
  return {
    idempotencyKey: 'order-1001-attempt-1',
    customerId: 'cus_01',
    customerEmail: null,
    referenceCustomerId: null,
    price: { kind: 'direct', money: { minorUnits: 1999n, currency: 'USD' } },
    paymentCurrency: null,
    priceDataList: [],
    paymentInstrumentId: 'pi_card_ok',
    paymentMethodType: 'CARD',
    returnUrl: 'https://shop.example/return',
    merchantReferenceId: null,
    promotionCode: null,
    metadata: [],
    platformType: null,
    deviceType: null,
    ...changes,
  };
}

export function chargeRequest(changes: Partial<CreatePaymentCommand> = {}): ChargeRequest {
  return { paymentId: 'pay_01', merchantReferenceId: 'pay_01', command: command(changes) };
}
