import { byId, element } from './dom.js';

/** No readable answer came: whether the gateway got the request is unknown. */
export class NoAnswer extends Error {}

const PAYMENT = `
  id orderId status terminal
  amount { amount currency }
  failure { code message retry }
  action {
    __typename
    ... on Redirect { url }
    ... on WalletQr {
      imageUrlPng imageUrlSvg imageDataUrl hostedInstructionsUrl mobileAuthUrl fallbackUrl expiresInSeconds
    }
    ... on FormPost { url fields { name value } }
  }
  timeline { id status source occurredAt detail }`;

const CREATE_PAYMENT = `mutation CreatePayment($input: CreatePaymentInput!) {
  createPayment(input: $input) {
    __typename
    ... on CreatePaymentSuccess { replayed payment { ${PAYMENT} } }
    ... on PaymentError { code message retry requestId }
    ... on InvalidPaymentInput { issues { path rule message } }
    ... on IdempotencyConflict { conflicting: payment { id } }
    ... on PaymentRejected { providerCode providerMessage }
    ... on PaymentOutcomeUnknown { checkAgainAt payment { ${PAYMENT} } }
    ... on ProviderUnavailable { retryAfter }
    ... on RateLimited { tryAgainAt: retryAfter }
  }
}`;

/** Resolves with one of the typed outcomes, throws NoAnswer. Safe to repeat with the same key. */
export async function createPayment(input) {
  return (await send('CreatePayment', CREATE_PAYMENT, { input })).createPayment;
}

const REFRESH_WALLET_QR = `mutation RefreshWalletQr($paymentId: ID!) {
  refreshWalletQr(paymentId: $paymentId) {
    __typename
    ... on RefreshWalletQrSuccess { payment { ${PAYMENT} } }
    ... on PaymentError { code message retry requestId }
  }
}`;

/** Replaces the QR code and charges nothing. Throws NoAnswer. */
export async function refreshWalletQr(paymentId) {
  return (await send('RefreshWalletQr', REFRESH_WALLET_QR, { paymentId })).refreshWalletQr;
}

/** Null for a payment that the gateway doesn't know. Throws NoAnswer. */
export async function findPayment(id) {
  const query = `query Payment($id: ID!) { payment(id: $id) { ${PAYMENT} } }`;
  return (await send('Payment', query, { id })).payment;
}

/** Null for an order that the gateway doesn't know. Throws NoAnswer. */
export async function findPaymentByOrderId(orderId) {
  const query = `query PaymentByOrder($orderId: ID!) { paymentByOrderId(orderId: $orderId) { ${PAYMENT} } }`;
  return (await send('PaymentByOrder', query, { orderId })).paymentByOrderId;
}

/**
 * Passes on the present state, then each change, until the payment is terminal. The browser reconnects
 * by itself; `onGone` is called where no stream can be had. Returns a function that stops it. Pages
 * whose callers log in use fetch instead: an EventSource sends no Authorization header.
 */
export function subscribeToPayment(id, { onPayment, onGone }) {
  const query = `subscription PaymentUpdated($id: ID!) { paymentUpdated(id: $id) { ${PAYMENT} } }`;
  const search = new URLSearchParams({ query, variables: JSON.stringify({ id }) });
  const stream = new EventSource(`/graphql?${search}`);
  const stop = () => stream.close();
  stream.addEventListener('next', ({ data }) => {
    const answer = JSON.parse(data);
    showExchange('PaymentUpdated', { id }, answer);
    if (answer.data?.paymentUpdated) onPayment(answer.data.paymentUpdated);
  });
  stream.addEventListener('complete', stop);
  stream.addEventListener('error', () => {
    if (stream.readyState === EventSource.CLOSED) onGone();
  });
  return stop;
}

async function send(name, query, variables) {
  const answer = await fetchJson({ query, variables, operationName: name });
  showExchange(name, variables, answer);
  // An error without data does not say whether a payment was made, so it counts as no answer.
  if (answer.data === undefined || answer.data === null) throw new NoAnswer(answer.errors?.[0]?.message);
  return answer.data;
}

async function fetchJson(operation) {
  try {
    const response = await fetch('/graphql', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(operation),
    });
    return await response.json();
  } catch (error) {
    throw new NoAnswer('The gateway could not be reached.', { cause: error });
  }
}

/** For curious developers. A repeated request takes one place in the list. */
function showExchange(name, variables, answer) {
  const title = `${name}(${JSON.stringify(variables)})`;
  const text = JSON.stringify(answer, null, 2);
  const latest = byId('exchanges').lastElementChild;
  byId('no-exchanges')?.remove();
  if (latest?.title === title) latest.querySelector('pre:last-child').textContent = text;
  else {
    const asked = element('pre', {}, JSON.stringify(variables, null, 2));
    byId('exchanges').append(element('li', { title }, element('strong', {}, name), asked, element('pre', {}, text)));
  }
}
