/** What the examples ask of a result. Fields stand at the left edge; whoever puts them into a document indents them. */
export interface Selection {
  /** Its name where several operations share one document, and the type that it is for. */
  readonly fragment: string;
  readonly on: string;
  /** The fields, with what is asked of each payment among them. */
  fields(ofPayment: string): string;
}

const PAYMENT_FIELDS = `id
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

export const PAYMENT_SELECTION: Selection = { fragment: 'PaymentParts', on: 'Payment', fields: () => PAYMENT_FIELDS };

/**
 * Every outcome with what it has to say. Where a payment or a time may be null it has a name of its own, since GraphQL does not let one name
 * stand for a type that may be null and one that may not.
 */
export const OUTCOME_SELECTION: Selection = {
  fragment: 'Outcome',
  on: 'CreatePaymentResult',
  fields: (ofPayment) => `__typename
... on CreatePaymentSuccess {
  replayed
  payment {
${indent(ofPayment, 4)}
  }
}
... on PaymentError { code message retry requestId }
... on InvalidPaymentInput { issues { path rule message } }
... on IdempotencyConflict { conflicting: payment { id status } }
... on PaymentRejected { providerCode providerMessage rejected: payment { id status } }
... on PaymentOutcomeUnknown { checkAgainAt payment { id status } }
... on ProviderUnavailable { retryAfter }
... on RateLimited { tryAgainAt: retryAfter }`,
};

export const RENEWED_QR_SELECTION: Selection = {
  fragment: 'RenewedQr',
  on: 'RefreshWalletQrResult',
  fields: (ofPayment) => `__typename
... on RefreshWalletQrSuccess {
  payment {
${indent(ofPayment, 4)}
  }
}
... on PaymentError { code message retry requestId }
... on WalletQrNotRefreshable { payment { id status } }
... on WalletQrUnavailable { unchanged: payment { id status } }`,
};

export const PAGE_SELECTION: Selection = {
  fragment: 'PageOfPayments',
  on: 'PaymentConnection',
  fields: () => `edges {
  cursor
  node { id status amount { amount currency } paymentMethodType merchantReferenceId createdAt }
}
pageInfo { hasNextPage endCursor }`,
};

/** The fields as they stand in a document of their own. */
export function fieldsOf(selection: Selection): string {
  return selection.fields(PAYMENT_FIELDS);
}

export function indent(lines: string, spaces: number): string {
  return lines.replace(/^/gm, ' '.repeat(spaces));
}
