import { forgetAttempt } from './attempt.js';
import { element, isWebAddress, notice, paragraph, show } from './dom.js';
import { NoAnswer, refreshWalletQr } from './gateway.js';

/** Starts the payment's action; a QR code is shown in `place`. Returns a function that stops it. */
export function perform({ id, action }, place) {
  if (action.__typename === 'Redirect') return follow(action);
  if (action.__typename === 'FormPost') return postForm(action);
  return showWalletQrs({ id, action }, place);
}

function follow({ url }) {
  if (isWebAddress(url)) location.assign(url);
  return () => {};
}

/** Each field becomes a hidden input. */
function postForm({ url, fields }) {
  if (!isWebAddress(url)) return () => {};
  const inputs = fields.map(({ name, value }) => element('input', { type: 'hidden', name, value }));
  const form = element('form', { method: 'post', action: url, hidden: true }, ...inputs);
  document.body.append(form);
  // A field may be called "submit" and hide the method of that name.
  HTMLFormElement.prototype.submit.call(form);
  return () => {};
}

/** Each code is good for some minutes; the page may then ask for a new one. */
function showWalletQrs({ id, action }, place) {
  let stopCountdown = () => {};
  let stopped = false;
  const showCode = (code) => {
    stopCountdown = showWalletQr(code, { place, onExpired: () => showExpired(place, renew) });
  };
  const renew = async () => {
    show(place, paragraph('Asking for a new code', 'waiting'));
    const answer = await refreshWalletQr(id).catch(toNoCode);
    if (stopped) return;
    const renewed = answer.__typename === 'RefreshWalletQrSuccess' ? answer.payment.action : null;
    if (renewed?.__typename === 'WalletQr') showCode(renewed);
    // A payment that has moved on has no code; the page that watches it shows its state.
    else if (answer.__typename !== 'RefreshWalletQrSuccess') showNoCode(place, answer, renew);
  };
  showCode(action);
  return () => {
    stopped = true;
    stopCountdown();
  };
}

function showExpired(place, renew) {
  const text = paragraph('If you have paid, this page hears of it in a moment. If not, get a new code.');
  const again = element('button', { type: 'button', className: 'primary', onclick: renew }, 'Show a new code');
  show(place, notice('wait', 'The code has expired', text, again, startAgainLink()));
}

function showNoCode(place, { message, retry }, renew) {
  const mayAskAgain = retry !== 'DO_NOT_RETRY';
  const again = element('button', { type: 'button', onclick: renew }, 'Try again');
  show(place, notice('bad', 'No new code', paragraph(message), mayAskAgain ? again : null, startAgainLink()));
}

/** Asking again is safe: a code alone charges nothing. */
function toNoCode(error) {
  if (error instanceof NoAnswer) return { message: 'The shop got no answer.', retry: 'RETRY_SAME_KEY' };
  throw error;
}

function startAgainLink() {
  return element('a', { className: 'button', href: '/demo', onclick: forgetAttempt }, 'Start again');
}

function showWalletQr(action, { place, onExpired }) {
  const countdown = paragraph('', 'countdown hint');
  show(
    place,
    element(
      'section',
      {},
      element('h2', {}, 'Scan to pay'),
      paragraph("Open your wallet's scanner and point it at the code. This page notices when you have paid."),
      qrImage(action),
      countdown,
      walletPageLink(action),
      walletAppLink(action),
      paragraph('Waiting for your payment', 'waiting hint'),
    ),
  );
  return countDown(action.expiresInSeconds, countdown, onExpired);
}

function qrImage({ imageDataUrl, imageUrlPng, imageUrlSvg }) {
  const source = imageDataUrl ?? imageUrlPng ?? imageUrlSvg;
  return source === null
    ? null
    : element('img', { className: 'qr', src: source, alt: 'QR code to scan with your wallet' });
}

function walletPageLink({ fallbackUrl, hostedInstructionsUrl }) {
  const address = fallbackUrl ?? hostedInstructionsUrl;
  if (address === null || !isWebAddress(address)) return null;
  const link = { className: 'button', href: address, target: '_blank', rel: 'noopener' };
  return element('a', link, 'No phone at hand? Open the wallet page');
}

/** Apps are on phones, so only those get the link. */
function walletAppLink({ mobileAuthUrl }) {
  if (mobileAuthUrl === null || !matchMedia('(pointer: coarse)').matches) return null;
  return element('a', { className: 'button primary', href: mobileAuthUrl }, 'Open the wallet app');
}

/** The gateway counted the seconds at its answer, so a wrong clock on this machine does no harm. */
function countDown(seconds, place, onEnd) {
  if (seconds === null) return () => {};
  const endsAt = performance.now() + seconds * 1000;
  const tick = () => {
    const left = Math.max(0, Math.ceil((endsAt - performance.now()) / 1000));
    place.textContent = `Valid for ${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
    if (left > 0) return;
    clearInterval(timer);
    onEnd();
  };
  const timer = setInterval(tick, 1000);
  tick();
  return () => clearInterval(timer);
}
