/** Whose payment it is: nobody reads, pays for or names what is another's, and no token outlives its time. */
export const ACCESS = [
  {
    id: 'found-by-order-without-scope',
    breaks: 'A payment is found by its order in the caller’s scope only.',
    file: 'src/store/find-payments/find-payments.statement.ts',
    changes: [
      ["'scope = :scope AND order_id = ANY (:order_ids)'", "':scope IS NOT NULL AND order_id = ANY (:order_ids)'"],
    ],
    suites: ['test/store/find-payments/other-scopes.test.ts'],
  },
  {
    id: 'found-by-key-without-scope',
    breaks: 'A payment is found by its key in the caller’s scope only.',
    file: 'src/store/find-payments/find-payments.statement.ts',
    changes: [
      [
        "'scope = :scope AND idempotency_key_hash = :key_hash'",
        "':scope IS NOT NULL AND idempotency_key_hash = :key_hash'",
      ],
    ],
    suites: ['test/store/find-payments/other-scopes.test.ts'],
  },
  {
    id: 'policy-lets-all-payments-pass',
    breaks: 'What the store has found is decided by the policy once more.',
    file: 'src/payments/access/access-policy.ts',
    changes: [['return scope === readableScope(caller);', "return scope !== '' || readableScope(caller) === '';"]],
    suites: ['test/payments/access/access-policy.test.ts', 'test/payments/find-payments/find-payments.test.ts'],
  },
  {
    id: 'pays-as-any-customer',
    breaks: 'A person pays as the customer of their token and as nobody else.',
    file: 'src/payments/access/access-policy.ts',
    changes: [
      [
        'const isOther = presentText(referenceCustomerId) !== null && referenceCustomerId !== customerReference;',
        "const isOther = presentText(referenceCustomerId) !== null && referenceCustomerId === '';",
      ],
    ],
    suites: ['test/payments/access/access-policy.test.ts'],
  },
  {
    id: 'names-any-provider-customer',
    breaks: 'A person can’t name a customer by the provider’s id or an e-mail address.',
    file: 'src/payments/access/access-policy.ts',
    changes: [
      ["(['customerId', 'customerEmail'] as const).filter(", "([] as ('customerId' | 'customerEmail')[]).filter("],
    ],
    suites: ['test/payments/access/access-policy.test.ts'],
  },
  {
    id: 'writes-without-permission',
    breaks: 'An operation is refused whose caller may not do all of it.',
    file: 'src/payments/access/access-policy.ts',
    changes: [['return may[permission];', "return may[permission] || permission === 'write';"]],
    suites: ['test/http/authentication/authentication.test.ts'],
  },
  {
    id: 'references-like-payment-ids',
    breaks: 'A caller can’t take a payment’s id as a reference.',
    file: 'src/graphql/create-payment/rules/text.rules.ts',
    changes: [['return !PAYMENT_ID.test(text);', "return !PAYMENT_ID.test(text) || text !== '';"]],
    suites: ['test/graphql/create-payment/create-payment.rules.test.ts'],
  },
  {
    id: 'metadata-like-ours',
    breaks: 'A caller can’t write the metadata by which the gateway knows its orders.',
    file: 'src/graphql/create-payment/rules/metadata.rules.ts',
    changes: [['return !RESERVED_KEY.test(key);', "return !RESERVED_KEY.test(key) || key !== '';"]],
    suites: ['test/graphql/create-payment/create-payment.rules.test.ts'],
  },
  {
    id: 'tokens-beyond-their-time',
    breaks: 'A token is not taken beyond its time.',
    file: 'src/http/authentication/accepted-tokens.ts',
    changes: [['Math.min(clock.now() + ACCEPTED_MS, (payload.exp ?? 0) * 1000)', 'clock.now() + ACCEPTED_MS']],
    suites: ['test/http/authentication/accepted-tokens.test.ts'],
  },
  {
    id: 'tokens-for-others',
    breaks: 'A token that was made for another audience is not taken.',
    file: 'src/http/authentication/token-verifier.ts',
    changes: [['...(audience !== null && { audience }),', '']],
    suites: ['test/security/attacks/token-forgery.test.ts'],
  },
  {
    id: 'tokens-of-other-issuers',
    breaks: 'A token of another issuer is not taken.',
    file: 'src/http/authentication/token-verifier.ts',
    changes: [['        issuer,\n        algorithms', '        algorithms']],
    suites: ['test/security/attacks/token-forgery.test.ts'],
  },
  {
    id: 'streams-beyond-the-token',
    breaks: 'A subscription ends with the token that it was begun with.',
    file: 'src/http/subscriptions/websocket.connection.ts',
    changes: [['if (caller.provedUntilMs !== undefined) void', 'if (caller.provedUntilMs === 0) void']],
    suites: ['test/http/subscriptions/token-expiry.test.ts'],
  },
];
