import type { LookupFaults } from '../control/faults.js';
import type { SandboxContext } from '../sandbox-context.js';
import type { Order } from '../orders/order.js';
import { toWireOrder, type WireOrder } from '../orders/wire-order.js';
import { jsonResponse, type Handler, type HttpResponse } from '../http.js';
import { withCredentials } from './credentials.js';
import { ORDER_NOT_FOUND, refusalResponse, successResponse } from './envelope.js';

export function findOrderHandler(sandbox: SandboxContext): Handler {
  return withCredentials(sandbox, ({ params }) => {
    const order = sandbox.book.find(params.orderId ?? '');
    const faults = faultsFor(sandbox, order?.request.merchantReferenceId ?? '');
    if (faults?.answer500 === true) return SERVER_ERROR;
    if (order === null || !isVisible(sandbox, order, faults)) return refusalResponse(ORDER_NOT_FOUND);
    return successResponse(toRow(order, faults));
  });
}

/** `GET /order?merchantReferenceId=&customerId=&pageNum=&pageSize=`, newest first. */
export function listOrdersHandler(sandbox: SandboxContext): Handler {
  return withCredentials(sandbox, ({ query }) => {
    const faults = faultsFor(sandbox, query.get('merchantReferenceId') ?? '');
    if (faults?.answer500 === true) return SERVER_ERROR;
    const found = faults?.ignoreFilter === true ? sandbox.book.list() : findOrders(sandbox, query);
    const visible = hidesNew(faults) ? found.filter((order) => isVisible(sandbox, order, faults)) : found;
    const rows = pageOf(visible, query).map((order) => toRow(order, faults));
    return jsonResponse(200, { total: visible.length, rows, code: 200, msg: 'success' });
  });
}

const SERVER_ERROR: HttpResponse = jsonResponse(500, {
  status: 500,
  error: 'Internal Server Error',
  path: '/api/order',
});

function faultsFor({ faults }: SandboxContext, reference: string): LookupFaults | null {
  const { lookups } = faults.current();
  return reference.startsWith(lookups.referencePrefix) ? lookups : null;
}

function findOrders({ book }: SandboxContext, query: URLSearchParams): readonly Order[] {
  const reference = query.get('merchantReferenceId');
  const customerId = query.get('customerId');
  if (reference === null) return customerId === null ? book.list() : book.listByCustomer(customerId);
  const orders = book.listByReference(reference);
  return customerId === null ? orders : orders.filter(({ request }) => request.customer.customerId === customerId);
}

function hidesNew(faults: LookupFaults | null): boolean {
  return faults !== null && faults.hideNewForMs > 0;
}

function isVisible({ clock }: SandboxContext, order: Order, faults: LookupFaults | null): boolean {
  return faults === null || clock.now() - order.createTimeMs >= faults.hideNewForMs;
}

function toRow(order: Order, faults: LookupFaults | null): WireOrder {
  const row = toWireOrder(order);
  return faults?.hideMetadata === true ? { ...row, metadata: {} } : row;
}

const DEFAULT_PAGE_SIZE = 20;
const MAX_PAGE_SIZE = 50;

function pageOf(orders: readonly Order[], query: URLSearchParams): Order[] {
  const size = Math.min(readCount(query, 'pageSize', DEFAULT_PAGE_SIZE), MAX_PAGE_SIZE);
  const end = orders.length - (readCount(query, 'pageNum', 1) - 1) * size;
  return end <= 0 ? [] : orders.slice(Math.max(0, end - size), end).reverse();
}

function readCount(query: URLSearchParams, name: string, fallback: number): number {
  const text = query.get(name) ?? '';
  return /^[1-9]\d{0,8}$/.test(text) ? Number(text) : fallback;
}
