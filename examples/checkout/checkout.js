import { perform } from './actions.js';
import { endAttempt, findAttempt, forgetAttempt, rememberAttempt, rememberPayment } from './attempt.js';
import { formatMoney, ITEMS, TROUBLE_INSTRUMENTS, USUAL_INSTRUMENTS } from './catalogue.js';
import { byId, element, notice, paragraph, show } from './dom.js';
import { createPayment, NoAnswer } from './gateway.js';
import { paymentView } from './payment-view.js';
import { watchPayment } from './watch.js';

const INSTRUMENTS = [...USUAL_INSTRUMENTS, ...TROUBLE_INSTRUMENTS];
const form = byId('checkout');
const outcome = byId('outcome');
/** Errors after which this key can pay nothing more, or has been used for nothing. */
const ENDS_ATTEMPT = ['FIX_INPUT', 'USE_NEW_KEY', 'DO_NOT_RETRY'];
let stopWatching = () => {};

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
  // The Back button brings back the page as it was left: with the form locked.
  addEventListener('pageshow', ({ persisted }) => persisted && location.reload());
  unlock();
  showOrder();
  const attempt = findAttempt();
  if (attempt !== null) resume(attempt);
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

/** The form as it was chosen: the price shown is the price that is charged. */
function chooseAgain({ amount, currency, paymentInstrumentId }) {
  const item = ITEMS.find((one) => one.amount === amount && one.currency === currency);
  form.elements.namedItem('item').value = item?.id;
  form.elements.namedItem('instrument').value = paymentInstrumentId;
  byId('trouble').open ||= TROUBLE_INSTRUMENTS.some(({ id }) => id === paymentInstrumentId);
  showOrder();
}

function showOrder() {
  const { item } = chosen();
  byId('order-item').textContent = item.name;
  byId('order-price').textContent = formatMoney(item);
  byId('order-total').textContent = formatMoney(item);
  byId('pay').textContent = `Pay ${formatMoney(item)}`;
}

/** A new attempt gets a new key. A real shop's session has the customer; here every visitor is the same shopper. */
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
  await sendAttempt(input, showPayment);
}

/**
 * A left or reloaded page continues where it was. The gateway answers a used key with its payment;
 * where no payment is known, sending may charge, so that takes a click.
 */
function resume({ input, paymentId }) {
  chooseAgain(input);
  if (paymentId === null) {
    showNoAnswer(input);
    return;
  }
  lock();
  show(outcome, paragraph('Looking for your payment', 'waiting'));
  void sendAttempt(input, showPaymentAgain);
}

async function sendAttempt(input, tell) {
  try {
    showAnswer(await createPayment(input), input, tell);
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    showNoAnswer(input, error.message);
  }
}

function showAnswer(answer, input, tell) {
  if (ENDS_ATTEMPT.includes(answer.retry)) forgetAttempt();
  if (answer.__typename === 'CreatePaymentSuccess' || answer.__typename === 'PaymentOutcomeUnknown') {
    rememberPayment(input, answer.payment);
    tell(answer.payment);
  } else showError(answer, input);
}

function showPayment(payment) {
  if (payment.action === null) showAndWatch(payment);
  else act(payment);
}

/** The payer came back to this page, so it does not send them away again. */
function showPaymentAgain(payment) {
  if (payment.action?.__typename === 'WalletQr') act(payment);
  else showAndWatch(payment);
}

function act(payment) {
  stopWatching();
  const stopAction = perform(payment, outcome);
  if (payment.action.__typename !== 'WalletQr') return;
  stopWatching = watchPayment(payment.id, (latest) => {
    if (latest.status === 'REQUIRES_ACTION') return;
    stopAction();
    showResult(latest);
  });
}

function showAndWatch(payment) {
  showResult(payment);
  if (!payment.terminal) stopWatching = watchPayment(payment.id, showResult);
}

function showResult(payment) {
  endAttempt(payment);
  if (payment.status === 'REQUIRES_ACTION') {
    show(outcome, paymentView(payment, ...confirmation(payment)));
    return;
  }
  const label = payment.status === 'FAILED' ? 'Choose another way to pay' : 'Buy something else';
  const again = element('button', { type: 'button', onclick: startOver }, label);
  show(outcome, paymentView(payment), payment.terminal ? again : null);
}

/** Payers close their bank's page, or change their mind there. */
function confirmation(payment) {
  const text = paragraph('If you have confirmed it already, do not pay again: this page hears of it in a moment.');
  const go = element('button', { type: 'button', className: 'primary', onclick: () => act(payment) }, 'Continue');
  const leave = element('button', { type: 'button', onclick: startOver }, 'Choose another way to pay');
  return [text, payment.action === null ? null : go, leave];
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

/** `reason` is what the gateway said instead, or that it could not be reached. */
function showNoAnswer(input, reason = '') {
  lock();
  const text =
    'The shop got no answer, so it does not know whether you were charged. Trying again is safe: it asks with ' +
    'the same key, and the gateway charges a key once.';
  const again = element('button', { type: 'button', className: 'primary', onclick: () => pay(input) }, 'Try again');
  show(outcome, notice('wait', 'No answer', paragraph(text), reason === '' ? null : paragraph(reason, 'hint'), again));
}

function startOver() {
  stopWatching();
  forgetAttempt();
  outcome.replaceChildren();
  unlock();
  byId('pay').focus();
}

/** Nothing can be changed while an attempt is open: other choices would be another payment. */
function lock() {
  for (const id of ['items', 'instruments', 'pay']) byId(id).disabled = true;
  byId('pay').hidden = true;
}

function unlock() {
  for (const id of ['items', 'instruments', 'pay']) byId(id).disabled = false;
  byId('pay').hidden = false;
}
