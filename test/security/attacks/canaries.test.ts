import { startSecuredGateway, type SecuredGateway } from '../support/secured-gateway.js';

/** One for each place that an attacker, or a mistake, could carry a secret out of. None may come out anywhere. */
const CANARIES = {
  customerEmail: 'canary.mail@canary-mail.example',
  promotionCode: 'canary-promotion',
  paymentInstrumentId: 'pi_canary0instrument0of0somebody',
  metadataKey: 'gateway_canary_key',
  metadataValue: 'canary-metadata-value',
  unknownField: 'canary-unknown-field',
  header: 'canary-header',
  cookie: 'canary-cookie',
  query: 'canary-in-the-query-string',
};

const NAMES =
  '__typename ... on PaymentError { code message } ... on InvalidPaymentInput { issues { path rule message } }';
const PAY = `mutation ($input: CreatePaymentInput!) { createPayment(input: $input) { ${NAMES} } }`;

const input = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  ...{ idempotencyKey: `canary-${Math.random()}-key`, amount: '19.99', currency: 'USD', paymentMethodType: 'CARD' },
  ...{ returnUrl: 'https://shop.example/return', paymentInstrumentId: CANARIES.paymentInstrumentId },
  ...{ customerEmail: CANARIES.customerEmail, promotionCode: CANARIES.promotionCode },
  metadata: [{ key: CANARIES.metadataKey, value: CANARIES.metadataValue }],
  ...changes,
});

describe('canaries', () => {
  let gateway: SecuredGateway;
  beforeAll(async () => {
    gateway = await startSecuredGateway({ ROUTER_SECRET: 'canary-router-secret-of-thirty-two' });
  });
  afterAll(() => gateway.close());

  it('planted everywhere come out nowhere: not in answers, not in logs, not in metrics', async () => {
    const service = gateway.issuer.token({
      ...{ client_id: 'shop', jti: 'canary-token-id', email: 'canary@token.example' },
      scope: 'payments:read payments:write payments:any-customer',
    });
    const headers = {
      ...{ 'x-router-secret': 'canary-router-secret-of-thirty-two', 'x-canary': CANARIES.header },
      cookie: CANARIES.cookie,
    };
    const inputs = [
      input(),
      input({ metadata: [] }),
      input({ amount: CANARIES.unknownField }),
      input({ returnUrl: `https://user:${CANARIES.cookie}@shop.example` }),
      input({ [CANARIES.unknownField]: CANARIES.unknownField }),
      input({ paymentMethodType: CANARIES.unknownField }),
      ...['pi_refused', 'pi_busy', 'pi_error_500', 'pi_garbage', 'pi_unauthorized', 'pi_reset_uncharged'].map((id) =>
        input({ metadata: [], paymentInstrumentId: id }),
      ),
    ];
    const answers: string[] = [];
    for (const variables of inputs)
      answers.push((await gateway.ask(PAY, { token: service, headers, variables: { input: variables } })).text);
    answers.push((await gateway.ask(`{ payment(id: "${CANARIES.query}") { id } }`, { headers })).text);
    answers.push((await gateway.ask(`{ ${CANARIES.query} `, { token: service, headers })).text);
    answers.push(await (await fetch(`${gateway.url}/nowhere?${CANARIES.query}`, { headers })).text());
    answers.push(await (await fetch(`${gateway.url}/metrics`, { headers })).text());

    expect(gateway.logged().split('\n').length).toBeGreaterThan(inputs.length);
    expect(gateway.logged()).not.toMatch(/canary/i);
    expect(gateway.logged()).not.toMatch(/eyJ|sk_test|whsec_/);
    expect(answers.join('\n')).not.toMatch(/canary(?!0instrument)/i);
    expect(answers.join('\n')).not.toContain(CANARIES.paymentInstrumentId);
  });
});
