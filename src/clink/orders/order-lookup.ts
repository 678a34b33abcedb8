import type { OrderLookup, ProviderOrder, ProviderSilence } from '../../payments/ports/order-provider.js';
import { assertNever } from '../../shared/assert-never.js';
import type { Envelope } from '../wire/envelope.js';
import { toProviderOrder } from './order-mapping.js';
import type { ProviderResponse } from '../charge/provider-response.js';
import { asNumber } from '../wire/wire-values.js';

type AskProvider = (path: string) => Promise<ProviderResponse>;

const LOOKUP_PAGE_SIZE = 50;
/** A reference with a thousand orders belongs to no single payment; its lookup is incomplete. */
const MAX_LOOKUP_PAGES = 20;

type OrderFilter = { readonly merchantReferenceId: string } | { readonly customerId: string };

/** All orders that the provider lists under a filter. A later page that fails makes the lookup incomplete. */
export async function listOrders(ask: AskProvider, filter: OrderFilter): Promise<OrderLookup> {
  const pages: PagesRead = { orders: new Map(), rowCount: 0, total: null, everyRowUsable: true };
  for (let page = 1; page <= MAX_LOOKUP_PAGES; page++) {
    const response = await ask(pathOf(filter, page));
    const rows = response.kind === 'success' ? rowsOf(response.envelope) : null;
    if (response.kind !== 'success' || rows === null) return page === 1 ? silence(response) : found(pages, false);
    addPage(pages, rows, response.envelope);
    if (rows.length === 0 || hasReachedTotal(pages)) return found(pages, isWhole(pages));
  }
  return found(pages, false);
}

/** An envelope with code 404 is an empty lookup; a proxy's page with that status is not. */
export async function lookUpById(ask: AskProvider, orderId: string): Promise<OrderLookup> {
  const response = await ask(`order/${encodeURIComponent(orderId)}`);
  if (saysThereIsNone(response)) return { kind: 'found', orders: [], complete: true };
  const order = response.kind === 'success' ? toProviderOrder(response.envelope.data) : null;
  return order?.orderId === orderId ? { kind: 'found', orders: [order], complete: true } : silence(response);
}

function pathOf(filter: OrderFilter, page: number): string {
  const query = { ...filter, pageNum: String(page), pageSize: String(LOOKUP_PAGE_SIZE) };
  return `order?${String(new URLSearchParams(query))}`;
}

function rowsOf({ rows, total }: Envelope): readonly unknown[] | null {
  if (Array.isArray(rows)) return rows;
  return (rows === null || rows === undefined) && asNumber(total) === 0 ? [] : null;
}

function saysThereIsNone(response: ProviderResponse): boolean {
  return response.kind === 'unknown' && response.reason === 'unlistedCode' && response.envelope?.code === '404';
}

interface PagesRead {
  readonly orders: Map<string, ProviderOrder>;
  rowCount: number;
  total: number | null;
  everyRowUsable: boolean;
}

function addPage(pages: PagesRead, rows: readonly unknown[], envelope: Envelope): void {
  pages.rowCount += rows.length;
  pages.total = asNumber(envelope.total);
  for (const row of rows) {
    const order = toProviderOrder(row);
    if (order === null) pages.everyRowUsable = false;
    else pages.orders.set(order.orderId, order);
  }
}

function hasReachedTotal({ rowCount, total }: PagesRead): boolean {
  return total !== null && rowCount >= total;
}

/** An order that appears twice stands in for one that was not shown: rows moved between pages. */
function isWhole({ orders, rowCount, total, everyRowUsable }: PagesRead): boolean {
  return everyRowUsable && orders.size === rowCount && (total === null || total === rowCount);
}

function found({ orders }: PagesRead, complete: boolean): OrderLookup {
  return { kind: 'found', orders: [...orders.values()], complete };
}

function silence(response: ProviderResponse): OrderLookup {
  return { kind: 'unavailable', reason: toSilence(response) };
}

export function toSilence(response: ProviderResponse): ProviderSilence {
  switch (response.kind) {
    case 'success':
      return 'malformedAnswer';
    case 'refused':
      return 'unlistedCode';
    case 'turnedAway':
    case 'neverSent':
    case 'unknown':
      return response.reason;
    default:
      return assertNever(response);
  }
}
