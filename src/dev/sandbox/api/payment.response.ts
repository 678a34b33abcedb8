import { assertNever } from '../../../shared/assert-never.js';
import type { SandboxContext } from '../sandbox-context.js';
import { toMajorNumber } from '../orders/amount.js';
import { findCourse, type InstrumentCourse } from '../orders/instruments.js';
import type { Order, OrderStatus } from '../orders/order.js';
import { HOLD, jsonResponse, RESET, textResponse, type HttpResponse } from '../http.js';
import { toAction } from './action.js';
import { AMOUNT_INCORRECT, refusalResponse, successResponse } from './envelope.js';

export async function respondToPayment(
  sandbox: SandboxContext,
  course: InstrumentCourse,
  order: Order | null,
): Promise<HttpResponse> {
  switch (course.answer) {
    case 'normal':
      return order === null ? refusalResponse(AMOUNT_INCORRECT) : successResponse(await toPaymentData(sandbox, order));
    case 'refused':
      return refusalResponse(AMOUNT_INCORRECT);
    case 'busy':
      return refusalResponse({ code: 500, msg: 'The system is busy, please try again later.' });
    case 'unauthorized':
      return textResponse(401, 'Unauthorized');
    case 'rateLimited':
      return withRetryAfter(jsonResponse(429, { code: 429, msg: 'Too many requests.', data: null }));
    case 'never':
      return HOLD;
    case 'reset':
      return RESET;
    case 'error500':
      return jsonResponse(500, { status: 500, error: 'Internal Server Error', path: '/api/payment' });
    case 'anothers':
      return successResponse(order === null ? null : await toPaymentData(sandbox, findAnswered(sandbox) ?? order));
    case 'cutBody':
      return cut(successResponse(order === null ? null : await toPaymentData(sandbox, order)));
    default:
      return assertNever(course.answer);
  }
}

/** A connection that is out of step repeats an answer that was sent long before. */
const OUT_OF_STEP_BY_MS = 1_000;

function findAnswered({ book, clock }: SandboxContext): Order | null {
  const before = clock.now() - OUT_OF_STEP_BY_MS;
  const isAnswered = ({ status, createTimeMs, request }: Order): boolean =>
    status === 'success' && createTimeMs <= before && findCourse(request.paymentInstrumentId)?.answer === 'normal';
  return book.list().findLast(isAnswered) ?? null;
}

async function toPaymentData(sandbox: SandboxContext, order: Order): Promise<object> {
  const { request } = order;
  return {
    orderId: order.orderId,
    sessionId: order.sessionId,
    paymentInstrumentId: request.paymentInstrumentId,
    status: PAYMENT_STATUSES[order.status],
    action: await toAction(sandbox, order),
    amount: toMajorNumber(request.price),
    currency: request.price.currency,
    failureCode: order.failure?.code ?? null,
    failureMessage: order.failure?.message ?? null,
  };
}

const PAYMENT_STATUSES: Readonly<Record<OrderStatus, number>> = {
  success: 1,
  pending: 2,
  failed: 3,
  requires_action: 5,
  partial_refunded: 1,
  refunded: 1,
};

const RETRY_AFTER_SECONDS = 2;

function withRetryAfter(response: HttpResponse): HttpResponse {
  if (response.kind !== 'answer') return response;
  return { ...response, headers: { ...response.headers, 'retry-after': String(RETRY_AFTER_SECONDS) } };
}

function cut(response: HttpResponse): HttpResponse {
  return response.kind === 'answer'
    ? { ...response, body: response.body.slice(0, response.body.length / 2) }
    : response;
}
