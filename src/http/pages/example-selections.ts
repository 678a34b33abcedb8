/** What the examples ask of a payment, indented to stand in a root field. */
export const PAYMENT_SELECTION = `
    id
    orderId
    status
    terminal
    amount { amount currency }
    failure { code message retry }
    action {
      __typename
      ... on Redirect { url }
      ... on WalletQr { imageUrlPng fallbackUrl mobileAuthUrl expiresAt expiresInSeconds }
      ... on FormPost { url fields { name value } }
    }
    timeline { status source occurredAt detail }`;

/**
 * What the examples ask of createPayment: every outcome with what it has to say. Where a payment or a time may be null it has a name of its own,
 * since GraphQL does not let one name stand for a type that may be null and one that may not.
 */
export const CREATE_PAYMENT_SELECTION = `
    __typename
    ... on CreatePaymentSuccess {
      replayed
      payment {${indent(PAYMENT_SELECTION)}
      }
    }
    ... on PaymentError { code message retry requestId }
    ... on InvalidPaymentInput { issues { path rule message } }
    ... on IdempotencyConflict { conflicting: payment { id status } }
    ... on PaymentRejected { providerCode providerMessage rejected: payment { id status } }
    ... on PaymentOutcomeUnknown { checkAgainAt payment { id status } }
    ... on ProviderUnavailable { retryAfter }
    ... on RateLimited { tryAgainAt: retryAfter }`;

function indent(selection: string): string {
  return selection.replaceAll('\n', '\n    ');
}
