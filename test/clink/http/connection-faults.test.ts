import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { startConnectProxy, type ConnectProxy } from '../../support/connect-proxy.js';
import type { ChargeOutcome, SendDeadline } from '../../../src/payments/ports/payment-provider.js';
import {
  answerJson,
  PAID,
  rawAnswer,
  startFakeClink,
  startSocketServer,
  type FakeClink,
  type FakeSocketServer,
} from '../support/fake-clink.js';
import {
  chargeRequest,
  createTestClient,
  NOW_MS,
  OPEN_DEADLINE,
  PAST_DEADLINE,
  type TestClient,
} from '../support/test-client.js';
import { createSendDeadline } from '../../../src/payments/create-payment/send-deadline.js';
import { systemClock } from '../../../src/shared/clock.js';

const NEVER_CONNECTED = { kind: 'neverSent', reason: 'connectFailed', retryAfterMs: null };
const TOO_LATE = { kind: 'neverSent', reason: 'tooLate', retryAfterMs: null };
const SHUT_DOWN = { kind: 'neverSent', reason: 'shutDown', retryAfterMs: null };
const lost = (reason: string) => ({ kind: 'unknown', reason, orderId: null });
const RESETS_AFTER_MS = 100;
/** Time to connect and to write a request, on a busy machine and through a proxy too. */
const SHORT_TIMEOUT_MS = 2_000;

describe.each([
  { way: 'directly', isProxied: false },
  { way: 'through a proxy', isProxied: true },
])('a charge over a broken connection, $way', ({ isProxied }) => {
  const opened: { close(): Promise<void> }[] = [];
  let proxy: ConnectProxy;
  beforeAll(async () => {
    proxy = await startConnectProxy();
  });
  afterAll(async () => {
    expect(proxy.forwardCount()).toBe(0);
    expect(proxy.tunnels.length > 0).toBe(isProxied);
    await proxy.close();
  });

  function keep<T extends { close(): Promise<void> }>(resource: T): T {
    opened.unshift(resource);
    return resource;
  }

  afterEach(async () => {
    for (const resource of opened.splice(0)) await resource.close();
  });

  const fakeClink = async (...args: Parameters<typeof startFakeClink>): Promise<FakeClink> =>
    keep(await startFakeClink(...args));
  const socketServer = async (...args: Parameters<typeof startSocketServer>): Promise<FakeSocketServer> =>
    keep(await startSocketServer(...args));
  const clientOf = (options: Parameters<typeof createTestClient>[0]): TestClient =>
    keep(createTestClient({ proxy: isProxied ? proxy.url : null, ...options }));

  describe('is never sent', () => {
    it('when nobody listens', async () => {
      const client = clientOf({ baseUrl: 'http://127.0.0.1:1/api/' });

      expect(await client.charge(chargeRequest(), OPEN_DEADLINE)).toEqual(NEVER_CONNECTED);
    });

    it('when the name has no address', async () => {
      const client = clientOf({ baseUrl: 'http://clink.invalid/api/' });

      expect(await client.charge(chargeRequest(), OPEN_DEADLINE)).toEqual(NEVER_CONNECTED);
    });

    it('when TLS fails', async () => {
      const server = await socketServer(
        () => undefined,
        (socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'),
      );
      const client = clientOf({ baseUrl: server.baseUrl.replace('http:', 'https:') });

      expect(await client.charge(chargeRequest(), OPEN_DEADLINE)).toEqual(NEVER_CONNECTED);
      expect(server.requestCount()).toBe(0);
    });

    it('when TLS never finishes', async () => {
      const server = await socketServer(() => undefined);
      const client = clientOf({ baseUrl: server.baseUrl.replace('http:', 'https:'), timeoutMs: SHORT_TIMEOUT_MS });

      expect(await client.charge(chargeRequest(), OPEN_DEADLINE)).toEqual(NEVER_CONNECTED);
    });

    it('when the send deadline is past', async () => {
      const clink = await fakeClink((response) => answerJson(response, PAID));
      const client = clientOf({ baseUrl: clink.baseUrl });

      expect(await client.charge(chargeRequest(), PAST_DEADLINE)).toEqual(TOO_LATE);
      expect(clink.requests).toHaveLength(0);
    });

    it('when the send deadline gets past while the request waits for a connection', async () => {
      const held: ServerResponse[] = [];
      const clink = await fakeClink((response) => held.push(response));
      const client = clientOf({ baseUrl: clink.baseUrl, connections: 1 });
      let past = false;
      const first = client.charge(chargeRequest(), OPEN_DEADLINE);
      const second = client.charge(chargeRequest(), { ...OPEN_DEADLINE, hasPassed: () => past });
      await until(() => held.length === 1);

      past = true;
      held.forEach((response) => answerJson(response, PAID));

      expect(await first).toMatchObject({ kind: 'answered' });
      expect(await second).toEqual(TOO_LATE);
      expect(clink.requests).toHaveLength(1);
    });

    it('when the time to send is over, without waiting on for a connection', async () => {
      const held: ServerResponse[] = [];
      const clink = await fakeClink((response) => held.push(response));
      const client = clientOf({ baseUrl: clink.baseUrl, connections: 1, timeoutMs: 60_000 });
      const first = client.charge(chargeRequest(), OPEN_DEADLINE);
      const late = [1, 2, 3].map(() =>
        client.charge(chargeRequest(), createSendDeadline(systemClock, SHORT_TIMEOUT_MS)),
      );

      expect(await Promise.all(late)).toEqual([TOO_LATE, TOO_LATE, TOO_LATE]);

      held.forEach((response) => answerJson(response, PAID));
      expect(await first).toMatchObject({ kind: 'answered' });
      const next = client.charge(chargeRequest(), OPEN_DEADLINE);
      await until(() => held.length === 2);
      held.slice(1).forEach((response) => answerJson(response, PAID));
      expect(await next).toMatchObject({ kind: 'answered' });
      expect(clink.requests).toHaveLength(2);
    });

    it('when no connection comes free before the deadline, not even afterwards', async () => {
      const held: ServerResponse[] = [];
      const clink = await fakeClink((response) => held.push(response));
      const client = clientOf({ baseUrl: clink.baseUrl, connections: 1, timeoutMs: SHORT_TIMEOUT_MS });
      const chargeAnswered = async (): Promise<ChargeOutcome> => {
        const charge = client.charge(chargeRequest(), OPEN_DEADLINE);
        const before = held.length;
        await until(() => held.length > before);
        held.slice(before).forEach((response) => answerJson(response, PAID));
        return charge;
      };
      // Both ask with a connection at hand; the first's deadline frees it for the second before its own.
      expect(await chargeAnswered()).toMatchObject({ kind: 'answered' });
      const [first, second] = await Promise.all([1, 2].map(() => client.charge(chargeRequest(), OPEN_DEADLINE)));

      expect(await chargeAnswered()).toMatchObject({ kind: 'answered' });
      expect(first).toEqual(lost('timeout'));
      // On a busy machine the connection may come free in time for the second, which is sent then and waits in vain.
      const isSecondSent = clink.requests.length === 4;
      expect(clink.requests).toHaveLength(isSecondSent ? 4 : 3);
      expect(second).toEqual(isSecondSent ? lost('timeout') : NEVER_CONNECTED);
    });

    it('when the client was closed', async () => {
      const clink = await fakeClink((response) => answerJson(response, PAID));
      const client = clientOf({ baseUrl: clink.baseUrl });
      await client.close();

      expect(await client.charge(chargeRequest(), OPEN_DEADLINE)).toEqual(SHUT_DOWN);
      expect(clink.requests).toHaveLength(0);
    });

    it('when the key can not stand in a header, and shows it to nobody', async () => {
      const clink = await fakeClink((response) => answerJson(response, PAID));
      const client = clientOf({ baseUrl: clink.baseUrl, apiKey: () => 'broken\nkey' });

      expect(await client.charge(chargeRequest(), OPEN_DEADLINE)).toEqual(NEVER_CONNECTED);
      expect(JSON.stringify(client.logged)).not.toContain('broken');
    });
  });

  describe('is unknown', () => {
    it('when the connection is reset after the request', async () => {
      const server = await socketServer((socket) => socket.resetAndDestroy());
      const client = clientOf({ baseUrl: server.baseUrl });

      expect(await client.charge(chargeRequest(), OPEN_DEADLINE)).toEqual(lost('connectionLost'));
      expect(server.requestCount()).toBe(1);
    });

    it('when the connection is closed without an answer', async () => {
      const server = await socketServer((socket) => socket.end());
      const client = clientOf({ baseUrl: server.baseUrl });

      expect(await client.charge(chargeRequest(), OPEN_DEADLINE)).toEqual(lost('connectionLost'));
      expect(server.requestCount()).toBe(1);
    });

    it('when a "100 Continue" comes that was not asked for: undici takes none and drops the connection', async () => {
      const server = await socketServer((socket) => socket.write(`HTTP/1.1 100 Continue\r\n\r\n${rawAnswer(PAID)}`));
      const client = clientOf({ baseUrl: server.baseUrl });

      expect(await client.charge(chargeRequest(), OPEN_DEADLINE)).toEqual(lost('connectionLost'));
      expect(server.requestCount()).toBe(1);
    });

    it('when the body is cut short of its length', async () => {
      const server = await socketServer((socket) => socket.end(rawAnswer(PAID).slice(0, -5)));
      const client = clientOf({ baseUrl: server.baseUrl });

      expect(await client.charge(chargeRequest(), OPEN_DEADLINE)).toEqual(lost('connectionLost'));
    });

    it('when the answer is no HTTP', async () => {
      const server = await socketServer((socket) => socket.write('SSH-2.0-OpenSSH_9.7\r\n\r\n'));
      const client = clientOf({ baseUrl: server.baseUrl });

      expect(await client.charge(chargeRequest(), OPEN_DEADLINE)).toEqual(lost('malformedAnswer'));
    });

    it('when no answer begins before the deadline', async () => {
      const server = await socketServer(() => undefined);
      const client = clientOf({ baseUrl: server.baseUrl, timeoutMs: SHORT_TIMEOUT_MS });

      expect(await client.charge(chargeRequest(), OPEN_DEADLINE)).toEqual(lost('timeout'));
      expect(server.requestCount()).toBe(1);
    });

    it('when the answer does not end before the deadline', async () => {
      const server = await socketServer((socket) => socket.write(rawAnswer(PAID).slice(0, -5)));
      const client = clientOf({ baseUrl: server.baseUrl, timeoutMs: SHORT_TIMEOUT_MS });

      expect(await client.charge(chargeRequest(), OPEN_DEADLINE)).toEqual(lost('timeout'));
    });

    it('when the answer trickles past the deadline', async () => {
      const server = await socketServer((socket) => {
        socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
        const trickle = setInterval(() => socket.write('1\r\n \r\n'), 20);
        socket.on('close', () => clearInterval(trickle));
      });
      const client = clientOf({ baseUrl: server.baseUrl, timeoutMs: SHORT_TIMEOUT_MS });

      expect(await client.charge(chargeRequest(), OPEN_DEADLINE)).toEqual(lost('timeout'));
    });

    it('when the body has no end, after a bounded part of it', async () => {
      const server = await socketServer((socket) => {
        socket.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
        for (let i = 0; i < 400; i++) socket.write(`400\r\n${'x'.repeat(1_024)}\r\n`);
      });
      const client = clientOf({ baseUrl: server.baseUrl });

      expect(await client.charge(chargeRequest(), OPEN_DEADLINE)).toEqual(lost('bodyTooLarge'));
    });
  });

  it('is answered by a provider that sends interim answers first', async () => {
    const server = await socketServer((socket) => socket.write(`HTTP/1.1 103 Early Hints\r\n\r\n${rawAnswer(PAID)}`));
    const client = clientOf({ baseUrl: server.baseUrl });

    expect(await client.charge(chargeRequest(), OPEN_DEADLINE)).toMatchObject({ answer: { orderId: 'order_01' } });
  });

  describe('is sent once', () => {
    it('when the provider closes a kept connection as the next request is written', async () => {
      const server = await socketServer((socket, requestNumber) => {
        if (requestNumber % 2 === 1) socket.write(rawAnswer(PAID));
        else socket.destroy();
      });
      const client = clientOf({ baseUrl: server.baseUrl, connections: 1 });

      const outcomes = [];
      for (let i = 0; i < 6; i++) outcomes.push((await client.charge(chargeRequest(), OPEN_DEADLINE)).kind);

      expect(outcomes).toEqual(['answered', 'unknown', 'answered', 'unknown', 'answered', 'unknown']);
      expect(server.requestCount()).toBe(6);
    });

    it('when the provider closes kept connections right after answering', async () => {
      const server = await socketServer((socket) => {
        socket.write(rawAnswer(PAID));
        setImmediate(() => socket.destroy());
      });
      const client = clientOf({ baseUrl: server.baseUrl, connections: 1 });

      const outcomes = [];
      for (let i = 0; i < 30; i++) outcomes.push(await client.charge(chargeRequest(), OPEN_DEADLINE));

      const written = outcomes.filter(({ kind }) => kind !== 'neverSent').length;
      expect(server.requestCount()).toBeLessThanOrEqual(written);
      expect(outcomes.filter(({ kind }) => kind === 'answered').length).toBeLessThanOrEqual(server.requestCount());
    });

    it('when the only connection breaks under a queue', async () => {
      const server = await socketServer((socket, requestNumber) => {
        if (requestNumber % 3 === 2) socket.resetAndDestroy();
        else socket.write(rawAnswer(PAID));
      });
      const client = clientOf({ baseUrl: server.baseUrl, connections: 1 });

      const outcomes = await Promise.all([...Array(9).keys()].map(() => client.charge(chargeRequest(), OPEN_DEADLINE)));

      expect(outcomes.filter(({ kind }) => kind === 'unknown')).toHaveLength(3);
      expect(outcomes.filter(({ kind }) => kind === 'answered')).toHaveLength(6);
      expect(server.requestCount()).toBe(9);
    });

    it('when a connection is reset in the middle of an answer, which takes only its own request with it', async () => {
      let broken: Socket | null = null;
      const server = await socketServer((socket) => {
        broken ??= socket;
        if (socket !== broken) return void socket.write(rawAnswer(PAID));
        // Where requests follow without waiting, the next is written behind the first here.
        socket.write(rawAnswer(PAID).slice(0, -5));
        setTimeout(() => socket.resetAndDestroy(), RESETS_AFTER_MS);
      });
      const client = clientOf({ baseUrl: server.baseUrl, connections: 1 });

      const outcomes = await Promise.all([...Array(8).keys()].map(() => client.charge(chargeRequest(), OPEN_DEADLINE)));

      expect(outcomes.map(({ kind }) => kind)).toEqual(['unknown', ...Array<string>(7).fill('answered')]);
      expect(server.requestCount()).toBe(8);
    });

    it('when one of many gives up and takes its connection with it', async () => {
      const held: ServerResponse[] = [];
      const clink = await fakeClink((response) => held.push(response));
      const client = clientOf({ baseUrl: clink.baseUrl, connections: 1, timeoutMs: SHORT_TIMEOUT_MS * 2 });
      const first = client.charge(chargeRequest(), OPEN_DEADLINE);
      await systemClock.sleep(SHORT_TIMEOUT_MS);
      const second = client.charge(chargeRequest(), OPEN_DEADLINE);

      expect(await first).toEqual(lost('timeout'));
      await until(() => held.length === 2);
      held.slice(1).forEach((response) => answerJson(response, PAID));

      expect(await second).toMatchObject({ kind: 'answered' });
      expect(clink.requests).toHaveLength(2);
    });
  });

  describe('close', () => {
    it('lets a charge under way end', async () => {
      const held: ServerResponse[] = [];
      const clink = await fakeClink((response) => held.push(response));
      const client = clientOf({ baseUrl: clink.baseUrl });
      const underWay = client.charge(chargeRequest(), OPEN_DEADLINE);
      await until(() => held.length === 1);

      const closed = client.close();
      held.forEach((response) => answerJson(response, PAID));

      expect(await underWay).toMatchObject({ kind: 'answered' });
      await closed;
    });

    it('ends with the deadline of a charge that gets no answer', async () => {
      const server = await socketServer(() => undefined);
      const client = clientOf({ baseUrl: server.baseUrl, timeoutMs: SHORT_TIMEOUT_MS });
      const underWay = client.charge(chargeRequest(), OPEN_DEADLINE);

      await client.close();

      expect((await underWay).kind).not.toBe('answered');
    });
  });

  it('signs when a connection takes the request over, not when it begins to wait', async () => {
    const held: ServerResponse[] = [];
    const clink = await fakeClink((response) => held.push(response));
    let nowMs = NOW_MS;
    const clock = { ...systemClock, now: () => nowMs };
    const client = clientOf({ baseUrl: clink.baseUrl, connections: 1, clock });
    const outcomes = [1, 2].map(() => client.charge(chargeRequest(), OPEN_DEADLINE));
    await until(() => held.length === 1);

    nowMs += 4_000;
    held.forEach((response) => answerJson(response, PAID));
    await until(() => held.length === 2);
    held.slice(1).forEach((response) => answerJson(response, PAID));
    await Promise.all(outcomes);

    const timestamps = clink.requests.map(({ headers }) => headers['x-timestamp']);
    expect(timestamps).toEqual([String(NOW_MS), String(NOW_MS + 4_000)]);
  });

  it('checks the send deadline once for each sending, as the request is written', async () => {
    const clink = await fakeClink((response) => answerJson(response, PAID));
    const client = clientOf({ baseUrl: clink.baseUrl });
    let classified = 0;
    const sendDeadline: SendDeadline = { ...OPEN_DEADLINE, hasPassed: () => ++classified > 1 };

    expect(await client.charge(chargeRequest(), sendDeadline)).toMatchObject({ kind: 'answered' });
    expect(classified).toBe(1);
  });
});

async function until(isTrue: () => boolean): Promise<void> {
  while (!isTrue()) await systemClock.sleep(2);
}
