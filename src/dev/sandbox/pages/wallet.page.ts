import type { SandboxContext } from '../sandbox-context.js';
import { PAYER_CANCELED } from '../orders/payment-service.js';
import type { HostedStep, Order } from '../orders/order.js';
import { toAmountText } from '../orders/amount.js';
import { contentResponse, redirectResponse, type Handler, type HttpResponse } from '../http.js';
import { shopName, walletUrl } from './addresses.js';
import { html } from './layout/html.js';
import { finishedResponse, goneResponse, orderLines } from './order-summary.js';
import { pageResponse } from './layout/page.js';
import { qrPng, qrSvg } from './layout/qr.js';
import { decisionOf, visitStep } from './step.js';

/** Opening the page pays, by a form that submits itself; fetching it alone does not. `?manual=1` waits for a click. */
export function showWalletHandler(sandbox: SandboxContext): Handler {
  return ({ params, query }) => {
    const visit = visitStep(sandbox, 'walletQr', params.token ?? '');
    if (visit.kind === 'gone') return goneResponse(GONE_TITLE);
    if (visit.kind === 'finished') return finishedResponse(visit.order);
    return walletPage(visit, query.get('manual') === '1' ? 'onClick' : 'onOpening');
  };
}

export function payWalletHandler(sandbox: SandboxContext): Handler {
  return (context) => {
    const visit = visitStep(sandbox, 'walletQr', context.params.token ?? '');
    if (visit.kind === 'gone') return goneResponse(GONE_TITLE);
    if (decisionOf(context) === 'cancel') sandbox.payments.fail(visit.order, PAYER_CANCELED);
    else sandbox.payments.pay(visit.order);
    return redirectResponse(walletUrl(sandbox.baseUrl, context.params.token ?? ''));
  };
}

export function walletPngHandler(sandbox: SandboxContext): Handler {
  return async ({ params }) => {
    if (visitStep(sandbox, 'walletQr', params.token ?? '').kind !== 'open') return goneResponse(GONE_TITLE);
    return contentResponse(
      { 'content-type': 'image/png' },
      await qrPng(walletUrl(sandbox.baseUrl, params.token ?? '')),
    );
  };
}

export function walletSvgHandler(sandbox: SandboxContext): Handler {
  return async ({ params }) => {
    if (visitStep(sandbox, 'walletQr', params.token ?? '').kind !== 'open') return goneResponse(GONE_TITLE);
    return contentResponse(
      { 'content-type': 'image/svg+xml' },
      await qrSvg(walletUrl(sandbox.baseUrl, params.token ?? '')),
    );
  };
}

const GONE_TITLE = 'This QR code is gone';

function walletPage({ order, step }: { order: Order; step: HostedStep }, pays: 'onOpening' | 'onClick'): HttpResponse {
  const attribute = pays === 'onOpening' ? html`data-pays-on-opening` : '';
  return pageResponse({
    title: 'Pay with your wallet',
    ...(pays === 'onOpening' && { paysOnOpening: true }),
    content: html`<p class="kicker">Sandbox Wallet</p>
      <h1>Pay ${toAmountText(order.request.total)} to ${shopName(order)}</h1>
      ${orderLines(order)} ${pays === 'onOpening' ? html`<p role="status"></p>` : ''}
      <form method="post" action="/wallet/${step.token}" ${attribute}>
        <button class="main" name="decision" value="pay">Pay</button>
        <button name="decision" value="cancel">Cancel</button>
      </form>`,
  });
}
