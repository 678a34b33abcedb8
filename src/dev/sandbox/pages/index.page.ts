import { assertNever } from '../../../shared/assert-never.js';
import type { SandboxContext } from '../sandbox-context.js';
import { toAmountText } from '../orders/amount.js';
import { INSTRUMENTS } from '../orders/instruments.js';
import type { Order } from '../orders/order.js';
import type { Handler } from '../http.js';
import { challengeUrl, shopName, walletUrl } from './addresses.js';
import { html, type Html } from './layout/html.js';
import { pageResponse } from './layout/page.js';

const NEWEST_ORDERS = 50;

export function indexHandler({ book, baseUrl }: SandboxContext): Handler {
  return () => {
    const waiting = book.list().slice(-NEWEST_ORDERS).reverse().filter(isWaiting);
    return pageResponse({
      title: 'Embedded payment provider',
      wide: true,
      content: html`<p class="kicker">Clink sandbox</p>
        <h1>An embedded payment provider</h1>
        <p>
          It answers as Clink does, keeps everything in memory and moves no money. The payment instrument decides what
          happens.
        </p>
        <h2>Payment instruments</h2>
        <table>
          <thead>
            <tr>
              <th scope="col">paymentInstrumentId</th>
              <th scope="col">What happens</th>
            </tr>
          </thead>
          <tbody>
            ${[...INSTRUMENTS].map(([id, { summary }]) => instrumentRow(id, summary))}
          </tbody>
        </table>
        <p class="soft">Any other id that begins with <code>pi_</code> pays at once.</p>
        <h2>Waiting for the payer</h2>
        ${
          waiting.length === 0
            ? html`<p class="soft">No order waits.</p>`
            : html`<ul>
                ${waiting.map((order) => waitingItem(order, baseUrl))}
              </ul>`
        }
        <h2>Behind the scenes</h2>
        <ul>
          <li><a href="/sandbox/ledger">Ledger</a>: what was really charged.</li>
          <li><a href="/sandbox/events">Events</a>: the webhooks and their deliveries.</li>
          <li><a href="/sandbox/faults">Faults</a> that are switched on besides.</li>
        </ul>`,
    });
  };
}

function instrumentRow(id: string, summary: string): Html {
  return html`<tr>
    <td><code>${id}</code></td>
    <td>${summary}</td>
  </tr>`;
}

function isWaiting({ status, step }: Order): boolean {
  return status === 'requires_action' && step !== null;
}

function waitingItem(order: Order, baseUrl: string): Html {
  return html`<li>${toAmountText(order.request.total)} to ${shopName(order)}: ${wayToPay(order, baseUrl)}</li>`;
}

function wayToPay({ step }: Order, baseUrl: string): Html {
  const kind = step?.kind ?? 'bankForm';
  const token = step?.token ?? '';
  switch (kind) {
    case 'challenge':
      return html`<a href="${challengeUrl(baseUrl, token)}">open the challenge</a>`;
    case 'walletQr':
      return html`<a href="${walletUrl(baseUrl, token)}?manual=1">open the wallet</a>`;
    case 'bankForm':
      return html`the shop must post its form`;
    default:
      return assertNever(kind);
  }
}
