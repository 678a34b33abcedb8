import type { SandboxContext } from '../sandbox-context.js';
import { parseJsonObject } from '../json-object.js';
import { toLedger } from '../orders/ledger.js';
import { gatewayPaymentIdOf, type Order } from '../orders/order.js';
import { jsonResponse, type Handler, type HttpResponse } from '../http.js';

export function readLedgerHandler({ book }: SandboxContext): Handler {
  return ({ query }) => {
    const gatewayPaymentId = query.get('gatewayPaymentId');
    const orders: readonly Order[] =
      gatewayPaymentId === null ? book.list() : book.listByGatewayPaymentId(gatewayPaymentId);
    return jsonResponse(200, toLedger(orders));
  };
}

export function clearLedgerHandler(sandbox: SandboxContext): Handler {
  return () => {
    sandbox.clear();
    return jsonResponse(200, toLedger([]));
  };
}

export function listEventsHandler({ webhooks, book }: SandboxContext): Handler {
  return () => {
    const rows = webhooks.list().map(({ id, type, createdMs, subject, tries }) => {
      const order = book.find(subject.orderId);
      return {
        id,
        type,
        created: createdMs,
        orderId: subject.orderId,
        refundId: subject.refundId ?? null,
        gatewayPaymentId: order === null ? null : gatewayPaymentIdOf(order),
        status: subject.status,
        tries: tries.map(({ atMs, status }) => ({ at: atMs, status })),
      };
    });
    return jsonResponse(200, { total: rows.length, rows });
  };
}

export function readFaultsHandler({ faults }: SandboxContext): Handler {
  return () => jsonResponse(200, faults.current());
}

/** `POST /sandbox/faults`, as JSON only: a page of another site can't post that from a form. */
export function setFaultsHandler({ faults }: SandboxContext): Handler {
  return ({ headers, body }) => {
    if (!(headers['content-type'] ?? '').startsWith('application/json'))
      return refusal(415, 'Faults are sent as application/json.');
    const problem = faults.change(parseJsonObject(body));
    return problem === null ? jsonResponse(200, faults.current()) : refusal(400, problem);
  };
}

export function resetFaultsHandler({ faults }: SandboxContext): Handler {
  return () => {
    faults.reset();
    return jsonResponse(200, faults.current());
  };
}

function refusal(status: number, error: string): HttpResponse {
  return jsonResponse(status, { error });
}
