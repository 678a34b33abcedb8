/* What the examples ask of a result. Fields stand at the left edge; whoever puts them into a document indents them. */

export const PAYMENT_SELECTION = `id
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
 * Every outcome with what it has to say. Where a payment or a time may be null it has a name of its own, since GraphQL does not let one name
 * stand for a type that may be null and one that may not.
 */
export const OUTCOME_SELECTION = `__typename
... on CreatePaymentSuccess {
  replayed
  payment {
${indent(PAYMENT_SELECTION, 4)}
  }
}
... on PaymentError { code message retry requestId }
... on InvalidPaymentInput { issues { path rule message } }
... on IdempotencyConflict { conflicting: payment { id status } }
... on PaymentRejected { providerCode providerMessage rejected: payment { id status } }
... on PaymentOutcomeUnknown { checkAgainAt payment { id status } }
... on ProviderUnavailable { retryAfter }
... on RateLimited { tryAgainAt: retryAfter }`;

export const RENEWED_QR_SELECTION = `__typename
... on RefreshWalletQrSuccess {
  payment {
${indent(PAYMENT_SELECTION, 4)}
  }
}
... on PaymentError { code message retry requestId }
... on WalletQrNotRefreshable { payment { id status } }
... on WalletQrUnavailable { unchanged: payment { id status } }`;

export const PAGE_SELECTION = `edges {
  cursor
  node { id status amount { amount currency } paymentMethodType merchantReferenceId createdAt }
}
pageInfo { hasNextPage endCursor }`;

export function indent(lines: string, spaces: number): string {
  return lines.replace(/^/gm, ' '.repeat(spaces));
}
