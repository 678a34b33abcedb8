import type { PaymentFaults } from '../control/faults.js';
import type { SandboxContext } from '../sandbox-context.js';
import { parseJsonObject } from '../json-object.js';
import { parseAmountText } from '../orders/amount.js';
import { findCourse, type InstrumentCourse } from '../orders/instruments.js';
import { isOpen, type Order } from '../orders/order.js';
import type { PaymentRequest } from '../orders/payment-request.js';
import { rewriteReference } from '../orders/reference-forms.js';
import { HOLD, jsonResponse, textResponse, type Handler } from '../http.js';
import { toAction } from './action.js';
import { withCredentials } from './credentials.js';
import { BAD_JSON, ORDER_NOT_FOUND, refusalResponse, successResponse, wrongInput } from './envelope.js';
import { respondToPayment } from './payment.response.js';
import { parsePayment } from './payment.request.js';

/** `POST /payment`. The same request twice makes two orders, as with the real provider. */
export function createPaymentHandler(sandbox: SandboxContext): Handler {
  return withCredentials(sandbox, async ({ body, over }) => {
    const json = parseJsonObject(body);
    if (json === null) return jsonResponse(400, { ...BAD_JSON, data: null });
    const parsed = parsePayment(json);
    if (parsed.kind === 'refused') return refusalResponse(parsed.refusal);
    const course = findCourse(parsed.request.paymentInstrumentId);
    if (course === null) return refusalResponse(wrongInput('PAYMENT_INSTRUMENT_NOT_FOUND'));
    const { answer401, delayChargeMs, delayAnswerMs, ...faults } = sandbox.faults.current().payments;
    if (answer401) return textResponse(401, 'Unauthorized');
    if (!(await sandbox.pause(delayChargeMs))) return HOLD;
    const order = placeOrder(sandbox, distort(parsed.request, faults), course);
    if (order !== null) void over.then(() => sandbox.payments.releaseEvents(order));
    await sandbox.pause(delayAnswerMs);
    return respondToPayment(sandbox, course, order);
  });
}

/** `POST /payment/{orderId}/qrcode/refresh`, for open CASHAPP orders. The old code can't be paid any more. */
export function refreshQrHandler(sandbox: SandboxContext): Handler {
  return withCredentials(sandbox, async ({ params }) => {
    const order = sandbox.book.find(params.orderId ?? '');
    if (order === null) return refusalResponse(ORDER_NOT_FOUND);
    if (order.request.paymentMethodType !== 'CASHAPP' || order.step?.kind !== 'walletQr')
      return refusalResponse(wrongInput('Only the QR code of a CASHAPP order can be refreshed.'));
    if (!isOpen(order)) return refusalResponse(wrongInput('The order does not wait for its payer any more.'));
    sandbox.payments.renewQr(order);
    return successResponse({ orderId: order.orderId, action: await toAction(sandbox, order) });
  });
}

function distort(request: PaymentRequest, faults: Pick<PaymentFaults, 'rewriteReferences' | 'chargeInstead'>) {
  const { merchantReferenceId, metadata } = request;
  const isGatewaysOwn = merchantReferenceId === null || merchantReferenceId === metadata.gateway_payment_id;
  const amount = parseAmountText(faults.chargeInstead);
  return {
    ...request,
    merchantReferenceId: isGatewaysOwn
      ? merchantReferenceId
      : rewriteReference(merchantReferenceId, faults.rewriteReferences),
    ...(amount === null ? {} : { price: amount, total: amount }),
  };
}

function placeOrder(sandbox: SandboxContext, request: PaymentRequest, course: InstrumentCourse): Order | null {
  return course.order === null ? null : sandbox.payments.place(request, { ...course, order: course.order });
}
