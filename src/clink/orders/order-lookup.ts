import type { OrderLookup, ProviderOrder, ProviderSilence } from '../../payments/ports/order-provider.js';
import { assertNever } from '../../shared/assert-never.js';
import type { Envelope } from '../wire/envelope.js';
import { toProviderOrder } from './order-mapping.js';
import type { ProviderResponse } from '../charge/provider-response.js';
import { asNumber } from '../wire/wire-values.js';

/** Asks for a path below the base URL, once. */
export type AskProvider = (path: string) => Promise<ProviderResponse>;

/** The most that the provider gives. */
export const LOOKUP_PAGE_SIZE = 50;
/** A reference with a thousand orders is no single payment's; the lookup is incomplete then. */
export const MAX_LOOKUP_PAGES = 20;

/** What the provider selects orders by. */
export type OrderFilter = { readonly merchantReferenceId: string } | { readonly customerId: string };

/** All orders that the provider lists under a filter, page by page. A later page that fails makes it incomplete. */
export async function listOrders(ask: AskProvider, filter: OrderFilter): Promise<OrderLookup> {
  const reading: Reading = { orders: new Map(), rowCount: 0, total: null, everyRowUsable: true };
  for (let page = 1; page <= MAX_LOOKUP_PAGES; page++) {
    const verdict = await ask(pathOf(filter, page));
    const rows = verdict.kind === 'success' ? rowsOf(verdict.envelope) : null;
    if (verdict.kind !== 'success' || rows === null) return page === 1 ? silence(verdict) : found(reading, false);
    addPage(reading, rows, verdict.envelope);
    if (rows.length === 0 || hasReachedTotal(reading)) return found(reading, isWhole(reading));
  }
  return found(reading, false);
}

/** One order. The provider's own "there is none" (code 404 in an envelope, not a proxy's page) is an empty lookup. */
export async function lookUpById(ask: AskProvider, orderId: string): Promise<OrderLookup> {
  const verdict = await ask(`order/${encodeURIComponent(orderId)}`);
  if (saysThereIsNone(verdict)) return { kind: 'found', orders: [], complete: true };
  const order = verdict.kind === 'success' ? toProviderOrder(verdict.envelope.data) : null;
  return order?.orderId === orderId ? { kind: 'found', orders: [order], complete: true } : silence(verdict);
}

function pathOf(filter: OrderFilter, page: number): string {
  const query = { ...filter, pageNum: String(page), pageSize: String(LOOKUP_PAGE_SIZE) };
  return `order?${String(new URLSearchParams(query))}`;
}

/** An empty list may be written as null. */
function rowsOf({ rows, total }: Envelope): readonly unknown[] | null {
  if (Array.isArray(rows)) return rows;
  return (rows === null || rows === undefined) && asNumber(total) === 0 ? [] : null;
}

function saysThereIsNone(verdict: ProviderResponse): boolean {
  return verdict.kind === 'unknown' && verdict.reason === 'unlistedCode' && verdict.envelope?.code === '404';
}

interface Reading {
  readonly orders: Map<string, ProviderOrder>;
  rowCount: number;
  /** What the latest page says; null where it says nothing, and only an empty page is the end then. */
  total: number | null;
  everyRowUsable: boolean;
}

function addPage(reading: Reading, rows: readonly unknown[], envelope: Envelope): void {
  reading.rowCount += rows.length;
  reading.total = asNumber(envelope.total);
  for (const row of rows) {
    const order = toProviderOrder(row);
    if (order === null) reading.everyRowUsable = false;
    else reading.orders.set(order.orderId, order);
  }
}

function hasReachedTotal({ rowCount, total }: Reading): boolean {
  return total !== null && rowCount >= total;
}

/** An order that appears twice stands in the place of one that was not shown: rows moved between pages, or paging does not work. */
function isWhole({ orders, rowCount, total, everyRowUsable }: Reading): boolean {
  return everyRowUsable && orders.size === rowCount && (total === null || total === rowCount);
}

function found({ orders }: Reading, complete: boolean): OrderLookup {
  return { kind: 'found', orders: [...orders.values()], complete };
}

function silence(verdict: ProviderResponse): OrderLookup {
  return { kind: 'unavailable', reason: toSilence(verdict) };
}

/** Why an answer told nothing: a success is here because its content could not be used. */
export function toSilence(verdict: ProviderResponse): ProviderSilence {
  switch (verdict.kind) {
    case 'success':
      return 'malformedAnswer';
    case 'refused':
      return 'unlistedCode';
    case 'turnedAway':
    case 'neverSent':
    case 'unknown':
      return verdict.reason;
    default:
      return assertNever(verdict);
  }
}
