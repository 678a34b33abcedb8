import type { ChargeOutcome, ChargeRequest, SendDeadline } from '../payments/ports/payment-provider.js';
import type { OrderLookup, OrderProvider, QrRefreshOutcome } from '../payments/ports/order-provider.js';
import type { OperatorLog } from '../payments/ports/operator-log.js';
import type { PaymentProvider } from '../payments/ports/payment-provider.js';
import type { Clock } from '../shared/clock.js';
import type { ActionMappingOptions } from './actions/action-mapping.js';
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
  readonly proxy: URL | null;
  /** Read for every call, so that a rolled key is used at once. */
  readonly apiKey: () => string;
  /** From the call to the last byte of the answer, waiting for a connection included. */
  readonly timeoutMs: number;
  readonly actionUrlOrigins: readonly string[];
  readonly clock: Clock;
  readonly log: OperatorLog;
  readonly connections: number;
}

/** Clink behind the domain's ports. No method throws, and none sends anything twice. */
export interface ClinkClient extends PaymentProvider, OrderProvider {
  close(): Promise<void>;
}

export function createClinkClient(options: ClinkClientOptions): ClinkClient {
  const { baseUrl, proxy, timeoutMs, connections } = options;
  const signer = createApiKeySigner(options.apiKey, options.clock);
  const transport = createTransport({ baseUrl, proxy, signer, timeoutMs, connections });
  const deps: ClientDeps = { options, transport };
  return {
    charge: (request, sendDeadline) => charge(deps, request, sendDeadline),
    findOrdersByReference: (reference) => listOrders((path) => ask(deps, path), { merchantReferenceId: reference }),
    findOrdersByCustomer: (customerId) => listOrders((path) => ask(deps, path), { customerId }),
    findOrder: (orderId) => findOrder(deps, orderId),
    refreshWalletQr: (orderId) => refreshWalletQr(deps, orderId),
    close: () => transport.close(),
  };
}

interface ClientDeps {
  readonly options: ClinkClientOptions;
  readonly transport: Transport;
}

async function charge(deps: ClientDeps, request: ChargeRequest, sendDeadline: SendDeadline): Promise<ChargeOutcome> {
  const call: HttpCall = { method: 'POST', path: 'payment', body: toPaymentBody(request) };
  const result = await deps.transport.send(call, sendDeadline);
  const response = classifyAndAlarm(deps, result);
  const outcome = toChargeOutcome(response, mappingOptionsOf(deps));
  logUnanswered(deps, request.paymentId, { outcome, result, response });
  return outcome;
}

function findOrder(deps: ClientDeps, orderId: string): Promise<OrderLookup> {
  if (!isPathSegment(orderId)) return Promise.resolve({ kind: 'unavailable', reason: 'malformedAnswer' });
  return lookUpById((path) => ask(deps, path), orderId);
}

async function refreshWalletQr(deps: ClientDeps, orderId: string): Promise<QrRefreshOutcome> {
  if (!isPathSegment(orderId)) return { kind: 'unavailable', reason: 'malformedAnswer' };
  const path = `payment/${encodeURIComponent(orderId)}/qrcode/refresh`;
  const result = await deps.transport.send({ method: 'POST', path, body: null }, NO_DEADLINE);
  return toQrRefreshOutcome(classifyAndAlarm(deps, result), orderId, mappingOptionsOf(deps));
}

async function ask(deps: ClientDeps, path: string): Promise<ProviderResponse> {
  return classifyAndAlarm(deps, await deps.transport.send({ method: 'GET', path, body: null }, NO_DEADLINE));
}

/** Lookups and refreshes charge nothing, so they may be late. */
const NO_DEADLINE: SendDeadline = { hasPassed: () => false, remainingMs: () => Infinity };

function isPathSegment(orderId: string): boolean {
  return asId(orderId) === orderId && !/^\.{1,2}$/.test(orderId);
}

function classifyAndAlarm({ options }: ClientDeps, result: HttpResult): ProviderResponse {
  const response = classify(result, options.clock.now());
  if (response.kind === 'turnedAway' && response.reason === 'unauthorized') {
    options.log.alarm('clink.unauthorized', {
      httpStatus: httpStatusOf(result),
      code: response.envelope?.code ?? null,
    });
  }
  return response;
}

function mappingOptionsOf({ options }: ClientDeps): ActionMappingOptions {
  return { actionUrlOrigins: options.actionUrlOrigins, nowMs: options.clock.now() };
}

interface ChargeCall {
  readonly outcome: ChargeOutcome;
  readonly result: HttpResult;
  readonly response: ProviderResponse;
}

function logUnanswered({ options }: ClientDeps, paymentId: string, { outcome, result, response }: ChargeCall): void {
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
