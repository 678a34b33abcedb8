import type { SandboxContext } from '../sandbox-context.js';
import { CHALLENGE_DECLINED } from '../orders/payment-service.js';
import type { HostedStep, Order } from '../orders/order.js';
import { redirectResponse, type Handler, type HttpResponse } from '../http.js';
import { returnAddress } from './addresses.js';
import { parseFormFields } from './form-fields.js';
import { html } from './layout/html.js';
import { finishedResponse, goneResponse, orderHeading } from './order-summary.js';
import { pageResponse } from './layout/page.js';
import { decisionOf, visitStep } from './step.js';

export function showChallengeHandler(sandbox: SandboxContext): Handler {
  return ({ query }) => {
    const visit = visitStep(sandbox, 'challenge', query.get('token') ?? '');
    if (visit.kind === 'gone') return goneResponse(GONE_TITLE);
    return visit.kind === 'finished' ? finishedResponse(visit.order) : challengePage(visit.order, visit.step);
  };
}

export function decideChallengeHandler(sandbox: SandboxContext): Handler {
  return (context) => {
    const visit = visitStep(sandbox, 'challenge', parseFormFields(context.body).get('token') ?? '');
    if (visit.kind === 'gone') return goneResponse(GONE_TITLE);
    const decision = decisionOf(context);
    if (visit.kind === 'open' && decision === 'approve') sandbox.payments.pay(visit.order);
    else if (visit.kind === 'open' && decision === 'decline') sandbox.payments.fail(visit.order, CHALLENGE_DECLINED);
    else if (visit.kind === 'open') return challengePage(visit.order, visit.step);
    return redirectResponse(returnAddress(visit.order));
  };
}

const GONE_TITLE = 'This challenge is gone';

function challengePage(order: Order, { token }: HostedStep): HttpResponse {
  return pageResponse({
    title: 'Confirm your payment',
    leadsTo: order.request.returnUrl,
    content: html`<p class="kicker">Sandbox Bank · 3-D Secure</p>
      <h1>Is it you who is paying?</h1>
      <p class="soft">Your bank wants to be sure before it lets this payment through.</p>
      ${orderHeading(order)}
      <form method="post" action="/3ds/challenge">
        <input type="hidden" name="token" value="${token}" />
        <button class="main" name="decision" value="approve">Approve</button>
        <button name="decision" value="decline">Decline</button>
      </form>`,
  });
}
