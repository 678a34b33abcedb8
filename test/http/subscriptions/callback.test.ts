import { usePostgres } from '../../store/support/test-stores.js';
import { startCallbackRouter, type CallbackRouter, type CallbackOptions } from './callback-router.js';
import {
  record,
  startReadOnlyReplica,
  waitingPayment,
  WATCH,
  type ReadOnlyReplica,
} from './read-only-replica.fixture.js';

const postgres = usePostgres();
let router: CallbackRouter;
let replica: ReadOnlyReplica;
beforeAll(async () => {
  router = await startCallbackRouter();
  replica = await startReadOnlyReplica({
    databaseUrl: await postgres().createDatabase(),
    api: { callbackOrigins: [router.origin] },
  });
});
afterAll(async () => {
  await replica.close();
  await router.close();
});

/** As a router asks. */
async function ask(subscription: unknown, operation: Record<string, unknown>, { url } = replica) {
  const response = await fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json;callbackSpec=1.0' },
    body: JSON.stringify({ ...operation, extensions: { subscription } }),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
}

const watching = (id: string) => ({ query: WATCH, variables: { id } });

const message = (
  action: string,
  { subscriptionId, verifier }: CallbackOptions,
  rest: Record<string, unknown> = {},
) => ({
  kind: 'subscription',
  action,
  id: subscriptionId,
  verifier,
  ...rest,
});

const update = (status: string) => ({
  payload: { data: { paymentUpdated: expect.objectContaining({ status }) as unknown } },
});

describe('a subscription by callback', () => {
  it('checks the callback URL, posts the present state and each change, and completes at the end', async () => {
    const { id } = await waitingPayment(replica);
    const options = router.newSubscription();

    const answer = await ask(options, watching(id));
    expect(answer).toEqual({ status: 200, body: { data: null } });
    const check = await router.next(options.subscriptionId);
    expect(check.body).toEqual(message('check', options));
    expect(check.headers['subscription-protocol']).toBe('callback/1.0');
    expect((await router.next(options.subscriptionId)).body).toEqual(message('next', options, update('PENDING')));
    await record(replica, id, { state: 'SUCCEEDED' });
    expect((await router.next(options.subscriptionId)).body).toEqual(message('next', options, update('SUCCEEDED')));
    expect((await router.next(options.subscriptionId)).body).toEqual(message('complete', options));
  });

  it('posts heartbeats while nothing happens, and ends when the router does not know it any more', async () => {
    const { id } = await waitingPayment(replica);
    const options = router.newSubscription(1_000);
    await ask(options, watching(id));
    await router.next(options.subscriptionId);
    await router.next(options.subscriptionId);

    expect((await router.next(options.subscriptionId)).body).toEqual(message('check', options));
    router.answer('check', 404);
    while ((await router.next(options.subscriptionId)).answered !== 404);
    // More than a heartbeat: what was under way at the refusal is over, and nothing else is to come.
    await new Promise((resolve) => setTimeout(resolve, 1_500));
    const requestsBefore = router.requests();
    await record(replica, id, { state: 'SUCCEEDED' });
    await new Promise((resolve) => setTimeout(resolve, 200));
    router.answer('check', 204, { 'subscription-protocol': 'callback/1.0' });
    expect(router.requests()).toBe(requestsBefore);
  });

  it('tells about a payment that does not exist, and completes', async () => {
    const options = router.newSubscription();
    await ask(options, watching('pay_unknown'));
    await router.next(options.subscriptionId);
    expect((await router.next(options.subscriptionId)).body).toMatchObject({
      action: 'next',
      payload: {
        data: null,
        errors: [
          {
            message: 'There is no payment with this id, or it is somebody else’s.',
            extensions: { code: 'PAYMENT_NOT_FOUND' },
          },
        ],
      },
    });
    expect((await router.next(options.subscriptionId)).body).toEqual(message('complete', options));
  });

  it('hides what only the gateway should know', async () => {
    const broken = await startReadOnlyReplica({
      databaseUrl: await postgres().createDatabase(),
      api: {
        callbackOrigins: [router.origin],
        clock: {
          now: () => {
            throw new Error('canary');
          },
          monotonicNow: () => 0,
          sleep: () => Promise.resolve(),
        },
      },
    });
    const { id } = await waitingPayment(broken);
    const options = router.newSubscription();
    await ask(options, watching(id), broken);
    await router.next(options.subscriptionId);
    expect((await router.next(options.subscriptionId)).body).toEqual(
      message('next', options, {
        payload: {
          data: null,
          errors: [{ message: 'Internal server error', extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
        },
      }),
    );
    expect(JSON.stringify(broken.logLines)).toContain('unexpected error: canary');
    await broken.close();
  });

  it('ends with an error at a shutdown, so that the client subscribes again', async () => {
    const leaving = await startReadOnlyReplica({
      databaseUrl: await postgres().createDatabase(),
      api: { callbackOrigins: [router.origin] },
    });
    const { id } = await waitingPayment(leaving);
    const options = router.newSubscription();
    await ask(options, watching(id), leaving);
    await router.next(options.subscriptionId);
    await router.next(options.subscriptionId);

    await leaving.close();
    expect((await router.next(options.subscriptionId)).body).toEqual(
      message('complete', options, {
        errors: [
          {
            message: 'This server is shutting down. Subscribe again: another server will go on with the present state.',
            extensions: { code: 'SHUTTING_DOWN' },
          },
        ],
      }),
    );
  });
});

const NOT_LISTED =
  'The callback URL is not on an origin that is listed in SUBSCRIPTION_CALLBACK_ORIGINS. Nothing was sent to it.';
const MALFORMED =
  'The callback of the subscription is not usable: it takes a callbackUrl, a subscriptionId, a verifier, and a ' +
  'heartbeatIntervalMs that is 0 or from 1000 to 3600000. Nothing was sent.';

describe('a callback is refused before anything is sent', () => {
  it.each([
    ['to another port', { callbackUrl: 'http://127.0.0.1:9/callback' }, NOT_LISTED],
    ['to a host that only begins so', { callbackUrl: (origin: string) => `${origin}.evil.example/` }, NOT_LISTED],
    ['with a user name', { callbackUrl: (origin: string) => origin.replace('//', '//user@') }, NOT_LISTED],
    ['to what is no URL', { callbackUrl: 'callback' }, NOT_LISTED],
    ['to no URL', { callbackUrl: undefined }, NOT_LISTED],
    ['under the old name of the URL', { callbackUrl: undefined, callback_url: 'http://127.0.0.1:9/' }, NOT_LISTED],
    ['without an id', { subscriptionId: undefined }, MALFORMED],
    ['without a verifier', { verifier: '' }, MALFORMED],
    ['with a flood of heartbeats', { heartbeatIntervalMs: 1 }, MALFORMED],
    ['with heartbeats that no timer can wait for', { heartbeatIntervalMs: 3_000_000_000 }, MALFORMED],
  ])('%s', async (_what, changes: Record<string, unknown>, sentence) => {
    const { id } = await waitingPayment(replica);
    const before = router.requests();
    const url = changes.callbackUrl;
    const callbackUrl = typeof url === 'function' ? (url as (origin: string) => string)(router.origin) : url;
    const { status, body } = await ask(
      { ...router.newSubscription(), ...changes, ...('callbackUrl' in changes && { callbackUrl }) },
      watching(id),
    );
    expect(status).toBe(400);
    expect(body).toMatchObject({
      errors: [{ message: sentence, extensions: { code: 'SUBSCRIPTION_CALLBACK_REFUSED' } }],
    });
    expect(router.requests()).toBe(before);
  });

  it.each([
    [
      'a query',
      { query: '{ __typename }' },
      'Only a subscription can be answered by HTTP callback. Nothing was executed.',
    ],
    [
      'a mutation',
      { query: 'mutation { refreshWalletQr(paymentId: "pay_1") { __typename } }' },
      'Only a subscription can be answered by HTTP callback. Nothing was executed.',
    ],
    ['what is no GraphQL', { query: 'subscription {' }, expect.stringContaining('Syntax Error') as string],
    [
      'what the schema does not have',
      { query: 'subscription { any }' },
      expect.stringContaining('Cannot query') as string,
    ],
    [
      'a variable of the wrong type, without its value',
      { query: WATCH, variables: { id: { secret: 'pi_secret' } } },
      expect.not.stringContaining('secret') as string,
    ],
    [
      'an argument that is null, which Apollo’s plugin would learn from its own attempt only',
      {
        query: 'subscription ($id: ID = "pay_1") { paymentUpdated(id: $id) { id } }',
        variables: { id: null },
      },
      'Argument "id" is not of its type.',
    ],
    [
      'a subscription to nothing',
      { query: 'subscription { paymentUpdated(id: "pay_1") @skip(if: true) { id } }' },
      'What is subscribed to must not depend on @skip or @include. Leave the directive out.',
    ],
  ])('for %s', async (_what, operation, sentence) => {
    const before = router.requests();
    const { body } = await ask(router.newSubscription(), operation);
    expect(body).toMatchObject({ errors: [{ message: sentence }] });
    expect(body).not.toHaveProperty('data');
    expect(router.requests()).toBe(before);
  });

  it('to a URL that another subscription has, also while that one comes to its end', async () => {
    const { id } = await waitingPayment(replica);
    const options = router.newSubscription();
    const logged = replica.logLines.length;
    expect(await ask(options, watching(id))).toEqual({ status: 200, body: { data: null } });
    await router.next(options.subscriptionId);
    await router.next(options.subscriptionId);
    const before = router.requests();
    const other = { ...router.newSubscription(1_000), callbackUrl: options.callbackUrl };
    const refused = {
      status: 400,
      body: {
        errors: [
          {
            message:
              'The callback URL is in use by another subscription, or was a moment ago. Each subscription takes ' +
              'a URL of its own. Nothing was sent to it.',
            extensions: { code: 'SUBSCRIPTION_CALLBACK_REFUSED', requestId: expect.any(String) as string },
          },
        ],
      },
    };

    expect(await ask(other, watching(id))).toEqual(refused);
    const { callbackUrl, ...unnamed } = other;
    expect(await ask({ ...unnamed, callback_url: callbackUrl }, watching(id))).toEqual(refused);
    expect(router.requests()).toBe(before);
    await record(replica, id, { state: 'SUCCEEDED' });
    expect((await router.next(options.subscriptionId)).body).toEqual(message('next', options, update('SUCCEEDED')));
    expect((await router.next(options.subscriptionId)).body).toEqual(message('complete', options));
    expect(await ask(other, watching(id))).toEqual(refused);
    expect(replica.logLines.slice(logged).filter(({ level }) => level === 'error')).toEqual([]);
  });

  it('as long as no origin is listed', async () => {
    const closed = await startReadOnlyReplica({ databaseUrl: await postgres().createDatabase() });
    const { id } = await waitingPayment(closed);
    const before = router.requests();
    const { status, body } = await ask(router.newSubscription(), watching(id), closed);
    expect(status).toBe(400);
    expect(body).toMatchObject({
      errors: [
        {
          message:
            'Subscriptions by HTTP callback are off. An operator turns them on by listing the router’s origin in ' +
            'SUBSCRIPTION_CALLBACK_ORIGINS.',
          extensions: { code: 'SUBSCRIPTION_CALLBACK_REFUSED' },
        },
      ],
    });
    expect(router.requests()).toBe(before);
    await closed.close();
  });
});

describe('a router that does not confirm', () => {
  afterEach(() => {
    router.answer('check', 204, { 'subscription-protocol': 'callback/1.0' });
  });

  it.each([
    ['knows no such subscription', 404, {}],
    ['refuses', 400, {}],
    ['sends elsewhere', 307, { location: 'http://127.0.0.1:9/' }],
  ])('gets no subscription: it %s', async (_what, answered, headers) => {
    const { id } = await waitingPayment(replica);
    const options = router.newSubscription();
    router.answer('check', answered, headers as Record<string, string>);
    const { status, body } = await ask(options, watching(id));
    expect(status).toBe(502);
    expect(body).toMatchObject({
      errors: [
        {
          message: 'The callback URL did not confirm the subscription, so it was not started.',
          extensions: { code: 'SUBSCRIPTION_CALLBACK_REFUSED' },
        },
      ],
    });
  });

  it('may confirm the same URL when it is asked again', async () => {
    const { id } = await waitingPayment(replica);
    const options = router.newSubscription();
    router.answer('check', 400);
    expect(await ask(options, watching(id))).toMatchObject({ status: 502 });
    router.answer('check', 204, { 'subscription-protocol': 'callback/1.0' });
    expect(await ask(options, watching(id))).toEqual({ status: 200, body: { data: null } });
  });
});
