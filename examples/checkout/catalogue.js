/** Amounts are decimal strings: money is never a float. */
export const ITEMS = [
  { id: 'mug', name: 'Stoneware mug', amount: '19.99', currency: 'USD', image: '/demo/assets/mug.svg' },
  { id: 'notebook', name: 'Linen notebook', amount: '12.50', currency: 'EUR', image: '/demo/assets/notebook.svg' },
  { id: 'tea', name: 'Sencha tin', amount: '1680', currency: 'JPY', image: '/demo/assets/tea.svg' },
];

/** The sandbox's instruments under names that a customer would see. */
export const USUAL_INSTRUMENTS = [
  { id: 'pi_card_ok', method: 'CARD', name: 'Visa ·· 4242', about: 'Paid at once' },
  { id: 'pi_card_3ds', method: 'CARD', name: 'Mastercard ·· 3155', about: 'Your bank asks you first (3-D Secure)' },
  { id: 'pi_wallet_qr', method: 'CASHAPP', name: 'Wallet app', about: 'Scan a QR code with your phone' },
  { id: 'pi_form_post', method: 'CARD', name: 'Online banking', about: "Confirm on your bank's page" },
];

/** Each makes the sandbox misbehave in one way. */
export const TROUBLE_INSTRUMENTS = [
  { id: 'pi_card_declined', method: 'CARD', name: 'Visa ·· 0002', about: 'The bank declines' },
  { id: 'pi_pending', method: 'CARD', name: 'Bank transfer', about: 'The outcome comes a moment later' },
  { id: 'pi_refused', method: 'CARD', name: 'Expired agreement', about: 'The provider refuses the request' },
  { id: 'pi_unauthorized', method: 'CARD', name: 'Closed counter', about: 'The provider turns the gateway away' },
  { id: 'pi_reset_charged', method: 'CARD', name: 'Cut line, after', about: 'Charged, then the connection breaks' },
  {
    id: 'pi_reset_uncharged',
    method: 'CARD',
    name: 'Cut line, before',
    about: 'The connection breaks before the charge',
  },
  { id: 'pi_timeout_charged', method: 'CARD', name: 'Silent provider', about: 'Charged, but no answer (20 seconds)' },
  { id: 'pi_busy', method: 'CARD', name: 'Busy provider', about: 'Says "busy", has charged' },
  { id: 'pi_error_500', method: 'CARD', name: 'Broken provider', about: 'Answers HTTP 500, has charged' },
  { id: 'pi_garbage', method: 'CARD', name: 'Mumbling provider', about: 'Half an answer, has charged' },
];

/** The amount in the visitor's language, with as many decimals as the currency has. */
export function formatMoney({ amount, currency }) {
  return new Intl.NumberFormat(undefined, { style: 'currency', currency }).format(amount);
}
