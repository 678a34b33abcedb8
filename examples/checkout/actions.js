import { element, isWebAddress, notice, paragraph, show } from './dom.js';

/** Does what the payment asks of the payer; a QR code is shown in `place`. Returns what stops it when it is not needed any more. */
export function perform(action, place) {
  if (action.__typename === 'Redirect') return follow(action);
  if (action.__typename === 'FormPost') return postForm(action);
  return showWalletQr(action, place);
}

function follow({ url }) {
  if (isWebAddress(url)) location.assign(url);
  return () => {};
}

/** The fields are data: each becomes a hidden input, whatever is in it. */
function postForm({ url, fields }) {
  if (!isWebAddress(url)) return () => {};
  const inputs = fields.map(({ name, value }) => element('input', { type: 'hidden', name, value }));
  const form = element('form', { method: 'post', action: url, hidden: true }, ...inputs);
  document.body.append(form);
  // A field may be called "submit" and hide the method of that name.
  HTMLFormElement.prototype.submit.call(form);
  return () => {};
}

function showWalletQr(action, place) {
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
  return countDown(action.expiresInSeconds, countdown, place);
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

/** The gateway counted the seconds when it answered, so a wrong clock on this machine does no harm. */
function countDown(seconds, place, outcomePlace) {
  if (seconds === null) return () => {};
  const endsAt = performance.now() + seconds * 1000;
  const tick = () => {
    const left = Math.max(0, Math.ceil((endsAt - performance.now()) / 1000));
    place.textContent = `Valid for ${Math.floor(left / 60)}:${String(left % 60).padStart(2, '0')}`;
    if (left > 0) return;
    clearInterval(timer);
    const again = element('a', { className: 'button', href: '/demo' }, 'Start again');
    show(outcomePlace, notice('bad', 'The code has expired', paragraph('You have not been charged for it.'), again));
  };
  const timer = setInterval(tick, 1000);
  tick();
  return () => clearInterval(timer);
}
