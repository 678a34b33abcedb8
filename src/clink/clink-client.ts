import type { ChargeOutcome, ChargeRequest, SendDeadline } from '../payments/ports/payment-provider.js';
import type { OrderLookup, OrderProvider, QrRefreshOutcome } from '../payments/ports/order-provider.js';
import type { OperatorLog } from '../payments/ports/operator-log.js';
import type { PaymentProvider } from '../payments/ports/payment-provider.js';
import type { Clock } from '../shared/clock.js';
import type { MappedAction } from './actions/action-mapping.js';
import { toChargeOutcome } from './charge/charge-outcome.js';
import type { HttpResult } from './http/charge-attempt.js';
import { listOrders, lookUpById } from './orders/order-lookup.js';
import { toPaymentBody } from './charge/charge-request.js';
import { toQrRefreshOutcome } from './orders/qr-refresh.js';
import { createApiKeySigner } from './http/signer.js';
import { createTransport, type HttpCall, type Transport } from './http/transport.js';
import { classify, type ProviderResponse } from './charge/provider-response.js';
import { asId } from './wire/wire-values.js';

export interface ClinkClientOptions {
  /** Ends in `/api/`. */
  readonly baseUrl: string;
  /** Through which Clink is reached, with its credentials; null: directly. */
  readonly proxy: URL | null;
  /** Read for every call, so that a rolled key is used at once. */
  readonly apiKey: () => string;
  /** From being asked to the last byte of the answer, waiting for a connection included. */
  readonly timeoutMs: number;
  /** Origins that a payer may be sent to; empty means any https one. */
  readonly actionUrlOrigins: readonly string[];
  readonly clock: Clock;
  readonly log: OperatorLog;
  /** The most connections to Clink at a time; further calls wait for one. */
  readonly connections: number;
}

/** Clink behind the domain's ports. No method throws, and none sends anything twice. */
export interface ClinkClient extends PaymentProvider, OrderProvider {
  /** Takes no new calls, lets those under way end (at most `timeoutMs`), closes the connections. */
  close(): Promise<void>;
}

export function createClinkClient(options: ClinkClientOptions): ClinkClient {
  const { baseUrl, proxy, timeoutMs, connections } = options;
  const signer = createApiKeySigner(options.apiKey, options.clock);
  const transport = createTransport({ baseUrl, proxy, signer, timeoutMs, connections });
  const wiring: Wiring = { options, transport };
  return {
    charge: (request, sendDeadline) => charge(wiring, request, sendDeadline),
    findOrdersByReference: (reference) => listOrders((path) => ask(wiring, path), { merchantReferenceId: reference }),
    findOrdersByCustomer: (customerId) => listOrders((path) => ask(wiring, path), { customerId }),
    findOrder: (orderId) => findOrder(wiring, orderId),
    refreshWalletQr: (orderId) => refreshWalletQr(wiring, orderId),
    close: () => transport.close(),
  };
}

interface Wiring {
  readonly options: ClinkClientOptions;
  readonly transport: Transport;
}

async function charge(wiring: Wiring, request: ChargeRequest, sendDeadline: SendDeadline): Promise<ChargeOutcome> {
  const call: HttpCall = { method: 'POST', path: 'payment', body: toPaymentBody(request) };
  const result = await wiring.transport.send(call, sendDeadline);
  const response = judgeAndAlarm(wiring, result);
  const outcome = toChargeOutcome(response, readingOf(wiring));
  logUnanswered(wiring, request.paymentId, { outcome, result, response });
  return outcome;
}

function findOrder(wiring: Wiring, orderId: string): Promise<OrderLookup> {
  if (!isPathSegment(orderId)) return Promise.resolve({ kind: 'unavailable', reason: 'malformedAnswer' });
  return lookUpById((path) => ask(wiring, path), orderId);
}

async function refreshWalletQr(wiring: Wiring, orderId: string): Promise<QrRefreshOutcome> {
  if (!isPathSegment(orderId)) return { kind: 'unavailable', reason: 'malformedAnswer' };
  const path = `payment/${encodeURIComponent(orderId)}/qrcode/refresh`;
  const result = await wiring.transport.send({ method: 'POST', path, body: null }, NO_FENCE);
  return toQrRefreshOutcome(judgeAndAlarm(wiring, result), orderId, readingOf(wiring));
}

async function ask(wiring: Wiring, path: string): Promise<ProviderResponse> {
  return judgeAndAlarm(wiring, await wiring.transport.send({ method: 'GET', path, body: null }, NO_FENCE));
}

/** Lookups and refreshes charge nobody, so they may be late. */
const NO_FENCE: SendDeadline = { hasPassed: () => false, remainingMs: () => Infinity };

/** An id that Clink could have given, and that stays one segment of a path. */
function isPathSegment(orderId: string): boolean {
  return asId(orderId) === orderId && !/^\.{1,2}$/.test(orderId);
}

/** A refused key stops every payment until a person acts. */
function judgeAndAlarm({ options }: Wiring, result: HttpResult): ProviderResponse {
  const response = classify(result, options.clock.now());
  if (response.kind === 'turnedAway' && response.reason === 'unauthorized') {
    options.log.alarm('clink.unauthorized', {
      httpStatus: httpStatusOf(result),
      code: response.envelope?.code ?? null,
    });
  }
  return response;
}

function readingOf({ options }: Wiring): MappedAction {
  return { actionUrlOrigins: options.actionUrlOrigins, nowMs: options.clock.now() };
}

interface Sent {
  readonly outcome: ChargeOutcome;
  readonly result: HttpResult;
  readonly response: ProviderResponse;
}

/** What an operator needs to understand a charge that got no answer; never a body or a header. */
function logUnanswered({ options }: Wiring, paymentId: string, { outcome, result, response }: Sent): void {
  if (outcome.kind === 'answered') return;
  options.log.info(`clink.charge.${outcome.kind}`, {
    paymentId,
    reason: outcome.kind === 'refused' ? null : outcome.reason,
    httpStatus: httpStatusOf(result),
    code: 'envelope' in response ? (response.envelope?.code ?? null) : null,
    errorCode: result.kind === 'answered' ? null : result.errorCode,
  });
}

function httpStatusOf(result: HttpResult): number | null {
  return result.kind === 'neverSent' ? null : result.httpStatus;
}
