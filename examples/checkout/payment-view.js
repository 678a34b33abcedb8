import { formatMoney } from './catalogue.js';
import { element, notice, paragraph } from './dom.js';

const WORDS = {
  SUCCEEDED: ['good', 'Paid', 'Thank you! Your order is on its way.'],
  FAILED: ['bad', 'Not paid', 'The payment did not go through.'],
  REQUIRES_ACTION: ['wait', 'Not confirmed yet', 'The payment waits for your confirmation.'],
  PENDING: ['wait', 'Almost there', 'Your bank is still working on it. This page hears of it by itself.'],
  PROCESSING: ['wait', 'In progress', 'The payment is being made. This page hears of it by itself.'],
  UNKNOWN: [
    'wait',
    'We are finding out',
    "The provider's answer got lost, so you may have been charged. Please do not pay again: the gateway is " +
      'asking, and so is this page.',
  ],
  PARTIALLY_REFUNDED: ['good', 'Partly refunded', 'A part of your payment was sent back.'],
  REFUNDED: ['good', 'Refunded', 'Your payment was sent back.'],
};

/** Everything a customer, and a curious developer, may know about a payment. */
export function paymentView(payment, ...extra) {
  const [mood, title, text] = WORDS[payment.status] ?? ['wait', payment.status, ''];
  const box = notice(mood, title, paragraph(text), failureText(payment), ...extra);
  if (!payment.terminal) box.append(paragraph('Watching', 'waiting hint'));
  const timeline = element(
    'details',
    { open: payment.terminal },
    element('summary', {}, 'How it went'),
    history(payment),
  );
  return element('div', { id: 'payment', 'data-status': payment.status }, box, details(payment), timeline);
}

function failureText({ failure }) {
  return failure === null ? null : paragraph(`${failure.message} (${failure.code})`);
}

function details({ id, orderId, amount }) {
  return element(
    'dl',
    { className: 'details' },
    ...detail('Amount', amount === null ? null : formatMoney(amount)),
    ...detail('Payment', id),
    ...detail('Order', orderId),
  );
}

function detail(name, value) {
  return value === null ? [] : [element('dt', {}, name), element('dd', {}, value)];
}

function history({ timeline }) {
  const entries = timeline.map(({ status, source, occurredAt, detail }) => {
    const time = element('time', { dateTime: occurredAt }, new Date(occurredAt).toLocaleTimeString());
    const about = [sourceWords(source), detail].filter((part) => part !== null).join(' · ');
    return element('li', {}, element('strong', {}, status), ' ', time, element('br'), element('span', {}, about));
  });
  return element('ol', { className: 'timeline' }, ...entries);
}

function sourceWords(source) {
  return source.toLowerCase().replaceAll('_', ' ');
}
