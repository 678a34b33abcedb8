import type { SandboxContext } from '../sandbox-context.js';
import { PAYER_CANCELED } from '../orders/payment-service.js';
import type { Order } from '../orders/order.js';
import { redirectResponse, type Handler, type HttpResponse } from '../http.js';
import { returnAddress } from './addresses.js';
import { areFormFields, toFormFields } from './bank-form.js';
import { parseFormFields } from './form-fields.js';
import { html } from './layout/html.js';
import { finishedResponse, goneResponse, orderHeading } from './order-summary.js';
import { pageResponse } from './layout/page.js';
import { decisionOf, visitStep } from './step.js';

export function bankHandler(sandbox: SandboxContext): Handler {
  return (context) => {
    const posted = parseFormFields(context.body);
    const visit = visitStep(sandbox, 'bankForm', posted.get('token') ?? '');
    if (visit.kind === 'gone' || visit.order.step === null) return goneResponse('This bank order is gone');
    const fields = toFormFields(visit.order, visit.order.step, sandbox.formKey);
    if (!areFormFields(posted, fields)) return alteredResponse();
    const decision = decisionOf(context);
    if (visit.kind === 'finished') return decision === '' ? finishedResponse(visit.order) : leave(visit.order);
    if (decision === 'confirm') sandbox.payments.pay(visit.order);
    else if (decision === 'cancel') sandbox.payments.fail(visit.order, PAYER_CANCELED);
    else return bankPage(visit.order, fields);
    return leave(visit.order);
  };
}

export const bankVisitHandler: Handler = () =>
  pageResponse({
    status: 405,
    title: 'Nothing to pay here',
    content: html`<h1>Nothing to pay here</h1>
      <p class="soft">A shop opens this page by posting a form with the order to it.</p>`,
  });

function leave(order: Order): HttpResponse {
  return redirectResponse(returnAddress(order));
}

function bankPage(order: Order, fields: Readonly<Record<string, string>>): HttpResponse {
  return pageResponse({
    title: 'Confirm the transfer',
    leadsTo: order.request.returnUrl,
    content: html`<p class="kicker">Sandbox Bank · Online banking</p>
      <h1>Confirm the transfer</h1>
      ${orderHeading(order)}
      <form method="post" action="/bank">
        ${Object.entries(fields).map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`)}
        <button class="main" name="decision" value="confirm">Confirm</button>
        <button name="decision" value="cancel">Cancel</button>
      </form>`,
  });
}

function alteredResponse(): HttpResponse {
  return pageResponse({
    status: 400,
    title: 'The form was altered',
    content: html`<p class="mark bad" aria-hidden="true">!</p>
      <h1>The form was altered</h1>
      <p class="soft">
        Its fields and its signature don't belong together. Nothing was charged: post every field as it came.
      </p>`,
  });
}
