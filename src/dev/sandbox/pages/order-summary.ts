import { toAmountText } from '../orders/amount.js';
import type { Order, OrderStatus } from '../orders/order.js';
import type { HttpResponse } from '../http.js';
import { returnAddress, shopName } from './addresses.js';
import { html, type Html } from './layout/html.js';
import { pageResponse } from './layout/page.js';

export function orderHeading(order: Order): Html {
  return html`<p class="amount">${toAmountText(order.request.total)}</p>
    <p class="soft">to ${shopName(order)}</p>
    ${orderLines(order)}`;
}

export function orderLines({ request, orderId }: Order): Html {
  const { lines, merchantReferenceId } = request;
  return html`<dl>
    ${lines.map(({ name, quantity }) => row(name, `× ${quantity}`))}
    ${merchantReferenceId === null ? '' : row('Reference', merchantReferenceId)} ${row('Order', orderId)}
  </dl>`;
}

function row(term: string, description: string): Html {
  return html`<div>
    <dt>${term}</dt>
    <dd>${description}</dd>
  </div>`;
}

export function finishedResponse(order: Order): HttpResponse {
  const { title, mark, tone } = ENDINGS[order.status];
  return pageResponse({
    title,
    content: html`<p class="mark ${tone}" aria-hidden="true">${mark}</p>
      <h1>${title}</h1>
      ${order.failure === null ? '' : html`<p class="soft">${order.failure.message}</p>`} ${orderHeading(order)}
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

export function goneResponse(title: string): HttpResponse {
  return pageResponse({
    status: 404,
    title,
    content: html`<p class="mark soft" aria-hidden="true">?</p>
      <h1>${title}</h1>
      <p class="soft">
        It has expired, was replaced by a newer one, or never existed. Go back to the shop and pay again.
      </p>`,
  });
}
