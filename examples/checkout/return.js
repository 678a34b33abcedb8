import { perform } from './actions.js';
import { endAttempt, findPaymentId, rememberPaymentId } from './attempt.js';
import { byId, element, notice, paragraph, show } from './dom.js';
import { findPaymentByOrderId, NoAnswer } from './gateway.js';
import { paymentView } from './payment-view.js';
import { watchPayment } from './watch.js';

const outcome = byId('outcome');

void start();

/**
 * Every visitor can open this address with any status in it, so it proves nothing: the page asks
 * the gateway. The address only names the order where this tab does not know its payment.
 */
async function start() {
  const id = findPaymentId() ?? (await findIdByOrder());
  if (id === null) {
    show(
      outcome,
      notice('bad', 'Which payment?', paragraph('This page does not know which payment you came back from.')),
    );
    return;
  }
  rememberPaymentId(id);
  let stopAction = null;
  const resume = (payment) => {
    stopAction = perform(payment, outcome);
  };
  watchPayment(id, (payment) => {
    endAttempt(payment);
    if (stopAction !== null && payment.status === 'REQUIRES_ACTION') return;
    stopAction?.();
    show(outcome, paymentView(payment, resumeButton(payment, resume)));
  });
}

async function findIdByOrder() {
  const orderId = new URLSearchParams(location.search).get('orderId');
  if (orderId === null) return null;
  try {
    return (await findPaymentByOrderId(orderId))?.id ?? null;
  } catch (error) {
    if (error instanceof NoAnswer) return null;
    throw error;
  }
}

/** Payers close their bank's page, or come back too early. */
function resumeButton(payment, resume) {
  if (payment.action === null) return null;
  return element('button', { type: 'button', className: 'primary', onclick: () => resume(payment) }, 'Continue');
}
