import type { SandboxContext } from '../sandbox-context.js';
import { isPresent, parseJsonObject, textField, type JsonObject } from '../json-object.js';
import { fromMajorNumber } from '../orders/amount.js';
import type { RefundRequest } from '../orders/refund-service.js';
import { jsonResponse, type Handler } from '../http.js';
import { withCredentials } from './credentials.js';
import {
  AMOUNT_INCORRECT,
  BAD_JSON,
  ORDER_NOT_FOUND,
  refusalResponse,
  successResponse,
  wrongInput,
  type Refusal,
} from './envelope.js';

export function createRefundHandler(sandbox: SandboxContext): Handler {
  return withCredentials(sandbox, ({ body }) => {
    const json = parseJsonObject(body);
    if (json === null) return jsonResponse(400, { ...BAD_JSON, data: null });
    const refundMerchantOrderId = textField(json, 'refundMerchantOrderId');
    if (refundMerchantOrderId === null) return refusalResponse(wrongInput('refundMerchantOrderId is required.'));
    const first = sandbox.refunds.findByMerchantOrderId(refundMerchantOrderId);
    if (first !== null) return successResponse(first);
    const request = toRefundRequest(sandbox, json, refundMerchantOrderId);
    return 'code' in request ? refusalResponse(request) : successResponse(sandbox.refunds.start(request));
  });
}

export function findRefundHandler(sandbox: SandboxContext): Handler {
  return withCredentials(sandbox, ({ params }) => {
    const refund = sandbox.refunds.find(params.refundId ?? '');
    return refund === null ? refusalResponse({ code: 404, msg: 'REFUND_NOT_FOUND' }) : successResponse(refund);
  });
}

const REASONS = ['duplicate', 'fraud', 'requested_by_customer', 'other'] as const;
const MAX_REMARK_LENGTH = 500;

function toRefundRequest(
  sandbox: SandboxContext,
  json: JsonObject,
  refundMerchantOrderId: string,
): RefundRequest | Refusal {
  const order = sandbox.book.find(textField(json, 'orderId') ?? '');
  if (order === null) return ORDER_NOT_FOUND;
  if (order.chargedAtMs === null) return wrongInput('Only a paid order can be refunded.');
  const { refundAmount, refundReasonType, remark } = json;
  const amount = typeof refundAmount === 'number' ? fromMajorNumber(refundAmount, order.request.total.currency) : null;
  if (amount === null || amount.minorUnits <= 0n) return AMOUNT_INCORRECT;
  const left = sandbox.refunds.remaining(order).minorUnits;
  if (left === 0n) return wrongInput('already_refunded');
  if (amount.minorUnits > left) return AMOUNT_INCORRECT;
  if (typeof remark === 'string' && remark.length > MAX_REMARK_LENGTH) return wrongInput('remark is too long.');
  const reason = isPresent(json, 'refundReasonType') ? REASONS[Number(refundReasonType)] : null;
  if (reason === undefined) return wrongInput('refundReasonType must be 0, 1, 2 or 3.');
  return { order, refundMerchantOrderId, amount, reason };
}
