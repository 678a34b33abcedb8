import { perform } from './actions.js';
import { findAttempt, forgetAttempt, rememberAttempt, rememberPayment } from './attempt.js';
import { formatMoney, ITEMS, TROUBLE_INSTRUMENTS, USUAL_INSTRUMENTS } from './catalogue.js';
import { byId, element, notice, paragraph, show } from './dom.js';
import { createPayment, NoAnswer } from './gateway.js';
import { paymentView } from './payment-view.js';
import { watchPayment } from './watch.js';

const INSTRUMENTS = [...USUAL_INSTRUMENTS, ...TROUBLE_INSTRUMENTS];
const form = byId('checkout');
const outcome = byId('outcome');

start();

function start() {
  byId('item-choices').append(...ITEMS.map((item, index) => itemChoice(item, index === 0)));
  byId('usual-choices').append(
    ...USUAL_INSTRUMENTS.map((instrument, index) => instrumentChoice(instrument, index === 0)),
  );
  byId('trouble-choices').append(...TROUBLE_INSTRUMENTS.map((instrument) => instrumentChoice(instrument, false)));
  form.addEventListener('change', showOrder);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void pay(newInput());
  });
  // Coming back by the browser's Back button brings the page as it was left: with the form locked.
  addEventListener('pageshow', ({ persisted }) => persisted && location.reload());
  unlock();
  showOrder();
  const attempt = findAttempt();
  if (attempt !== null) showNoAnswer(attempt);
}

function itemChoice({ id, name, amount, currency, image }, checked) {
  return choice('item', { id, checked }, [
    element('img', { src: image, alt: '' }),
    words(name, formatMoney({ amount, currency })),
  ]);
}

function instrumentChoice({ id, name, about }, checked) {
  return choice('instrument', { id, checked }, [words(name, about)]);
}

function choice(name, { id, checked }, children) {
  const input = element('input', { type: 'radio', name, value: id, defaultChecked: checked, required: true });
  return element('label', { className: `choice ${name}` }, input, ...children);
}

function words(name, about) {
  return element('span', { className: 'words' }, element('strong', {}, name), element('small', {}, about));
}

function chosen() {
  const choices = new FormData(form);
  return {
    item: ITEMS.find(({ id }) => id === choices.get('item')),
    instrument: INSTRUMENTS.find(({ id }) => id === choices.get('instrument')),
  };
}

function showOrder() {
  const { item } = chosen();
  byId('order-item').textContent = item.name;
  byId('order-price').textContent = formatMoney(item);
  byId('order-total').textContent = formatMoney(item);
  byId('pay').textContent = `Pay ${formatMoney(item)}`;
}

/** A new attempt gets a new key. The customer comes from the shop's session in a real shop; here everybody is the same shopper. */
function newInput() {
  const { item, instrument } = chosen();
  return {
    idempotencyKey: `checkout-${crypto.randomUUID?.() ?? randomHex()}`,
    referenceCustomerId: 'demo_shopper',
    amount: item.amount,
    currency: item.currency,
    paymentInstrumentId: instrument.id,
    paymentMethodType: instrument.method,
    returnUrl: new URL('/demo/return', location.origin).href,
    priceDataList: [{ name: item.name, unitAmount: item.amount, quantity: 1, currency: item.currency }],
    platformType: 'WEB',
  };
}

/** Browsers offer randomUUID on secure origins only. */
function randomHex() {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function pay(input) {
  lock();
  show(outcome, paragraph('Paying', 'waiting'));
  rememberAttempt(input);
  try {
    showAnswer(await createPayment(input), input);
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    showNoAnswer(input);
  }
}

function showAnswer(answer, input) {
  // Only where nothing was charged and the same key should be used again does the attempt stay open.
  if (answer.retry !== 'RETRY_SAME_KEY') forgetAttempt();
  if (answer.payment?.id !== undefined) rememberPayment(answer.payment.id);
  if (answer.__typename === 'CreatePaymentSuccess') showPayment(answer.payment);
  else if (answer.__typename === 'PaymentOutcomeUnknown') showAndWatch(answer.payment);
  else showError(answer, input);
}

function showPayment(payment) {
  if (payment.action === null) {
    showAndWatch(payment);
    return;
  }
  const stopAction = perform(payment, outcome);
  if (payment.action.__typename !== 'WalletQr') return;
  watchPayment(payment.id, (latest) => {
    if (latest.status === 'REQUIRES_ACTION') return;
    stopAction();
    showResult(latest);
  });
}

function showAndWatch(payment) {
  showResult(payment);
  if (!payment.terminal) watchPayment(payment.id, showResult);
}

function showResult(payment) {
  const label = payment.status === 'FAILED' ? 'Choose another way to pay' : 'Buy something else';
  const again = element('button', { type: 'button', onclick: startOver }, label);
  show(outcome, paymentView(payment), payment.terminal ? again : null);
}

/** The gateway's errors are data and say what may be done next. */
function showError(error, input) {
  const detail = [
    error.providerMessage,
    ...(error.issues ?? []).map(({ path, message }) => `${path.join('.')}: ${message}`),
  ];
  const lines = detail.filter((line) => typeof line === 'string').map((line) => paragraph(line));
  const next =
    error.retry === 'RETRY_SAME_KEY'
      ? element('button', { type: 'button', onclick: () => pay(input) }, 'Try again')
      : element('button', { type: 'button', onclick: startOver }, 'Choose another way to pay');
  show(outcome, notice('bad', 'Not paid', paragraph(error.message), ...lines, paragraph(error.code, 'hint'), next));
}

function showNoAnswer(input) {
  lock();
  const text =
    'The shop got no answer, so it does not know whether you were charged. Trying again is safe: it asks with the same key, and the gateway charges a key once.';
  const again = element('button', { type: 'button', className: 'primary', onclick: () => pay(input) }, 'Try again');
  show(outcome, notice('wait', 'No answer', paragraph(text), again));
}

function startOver() {
  forgetAttempt();
  outcome.replaceChildren();
  unlock();
  byId('pay').focus();
}

/** While an attempt is open nothing can be changed: other choices would be another payment. */
function lock() {
  for (const id of ['items', 'instruments', 'pay']) byId(id).disabled = true;
  byId('pay').hidden = true;
}

function unlock() {
  for (const id of ['items', 'instruments', 'pay']) byId(id).disabled = false;
  byId('pay').hidden = false;
}
