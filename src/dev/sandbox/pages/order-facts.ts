import { toAmountText } from '../orders/amount.js';
import type { Order, OrderStatus } from '../orders/order.js';
import type { HttpResponse } from '../http.js';
import { returnAddress, shopName } from './addresses.js';
import { html, type Html } from './layout/html.js';
import { pageReply } from './layout/page.js';

/** The amount, large, to whom it goes and what it is for. */
export function orderFields(order: Order): Html {
  return html`<p class="amount">${toAmountText(order.request.total)}</p>
    <p class="soft">to ${shopName(order)}</p>
    ${orderLines(order)}`;
}

/** What is paid for, and by which names shop and provider know it. */
export function orderLines({ request, orderId }: Order): Html {
  const { lines, merchantReferenceId } = request;
  return html`<dl>
    ${lines.map(({ name, quantity }) => fact(name, `× ${quantity}`))}
    ${merchantReferenceId === null ? '' : fact('Reference', merchantReferenceId)} ${fact('Order', orderId)}
  </dl>`;
}

function fact(term: string, description: string): Html {
  return html`<div>
    <dt>${term}</dt>
    <dd>${description}</dd>
  </div>`;
}

/** How an order ended, with the way back to the shop. */
export function finishedReply(order: Order): HttpResponse {
  const { title, mark, tone } = ENDINGS[order.status];
  return pageReply({
    title,
    content: html`<p class="mark ${tone}" aria-hidden="true">${mark}</p>
      <h1>${title}</h1>
      ${order.failure === null ? '' : html`<p class="soft">${order.failure.message}</p>`} ${orderFields(order)}
      <a class="button main" href="${returnAddress(order)}" rel="noreferrer">Return to ${shopName(order)}</a>`,
  });
}

interface Ending {
  readonly title: string;
  readonly mark: string;
  readonly tone: 'good' | 'bad' | 'soft';
}

const OPEN: Ending = { title: 'Not decided yet', mark: '…', tone: 'soft' };
const ENDINGS: Readonly<Record<OrderStatus, Ending>> = {
  success: { title: 'Paid', mark: '✓', tone: 'good' },
  failed: { title: 'Not paid', mark: '✕', tone: 'bad' },
  partial_refunded: { title: 'Partly refunded', mark: '↩', tone: 'soft' },
  refunded: { title: 'Refunded', mark: '↩', tone: 'soft' },
  pending: OPEN,
  requires_action: OPEN,
};

/** 404 for what is no page any more or never was one. */
export function goneReply(title: string): HttpResponse {
  return pageReply({
    status: 404,
    title,
    content: html`<p class="mark soft" aria-hidden="true">?</p>
      <h1>${title}</h1>
      <p class="soft">
        It has expired, was replaced by a newer one, or never existed. Go back to the shop and pay again.
      </p>`,
  });
}
