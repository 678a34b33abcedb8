import type { Dispatcher } from 'undici';
import { Exchange, type HttpResult } from '../../src/clink/http/charge-attempt.js';
import { OPEN_FENCE } from './support/test-client.js';

function startExchange() {
  const results: HttpResult[] = [];
  let aborted = 0;
  const controller: Dispatcher.DispatchController = {
    ...{ aborted: false, paused: false, reason: null },
    abort: () => void aborted++,
    pause: () => undefined,
    resume: () => undefined,
  };
  const exchange = new Exchange(OPEN_FENCE, (result) => results.push(result));
  return { exchange, controller, results, abortCount: () => aborted };
}

describe('Exchange', () => {
  it('stops a second sending of a request whose headers were written', () => {
    const { exchange, controller, results } = startExchange();
    exchange.onRequestStart(controller);

    expect(() => exchange.onRequestStart(controller)).toThrow('This request must not be written.');
    expect(results).toEqual([
      { kind: 'lost', reason: 'connectionLost', httpStatus: null, errorCode: 'SECOND_SENDING' },
    ]);
  });

  it('calls a request lost once its headers were written, whatever the error says', () => {
    const { exchange, controller, results } = startExchange();
    exchange.onRequestStart(controller);
    exchange.onResponseError(controller, Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));

    expect(results).toEqual([{ kind: 'lost', reason: 'connectionLost', httpStatus: null, errorCode: 'ECONNREFUSED' }]);
  });

  it('calls a request never sent before its headers are written, whatever the error says', () => {
    const { exchange, controller, results } = startExchange();
    exchange.onResponseError(controller, Object.assign(new Error('reset'), { code: 'ECONNRESET' }));

    expect(results).toEqual([{ kind: 'neverSent', reason: 'connectFailed', errorCode: 'ECONNRESET' }]);
  });

  it('writes nothing after it gave up waiting for a connection', () => {
    const { exchange, controller, results } = startExchange();
    exchange.expire();

    expect(() => exchange.onRequestStart(controller)).toThrow('This request must not be written.');
    expect(results).toEqual([{ kind: 'neverSent', reason: 'connectFailed', errorCode: 'DEADLINE' }]);
  });

  it('gives up at the time to send while its headers are not written, and writes nothing later', () => {
    const { exchange, controller, results } = startExchange();
    exchange.missDeadline();

    expect(() => exchange.onRequestStart(controller)).toThrow('This request must not be written.');
    expect(results).toEqual([{ kind: 'neverSent', reason: 'tooLate', errorCode: 'SEND_DEADLINE' }]);
  });

  it('waits for its answer past the time to send once its headers are written', () => {
    const { exchange, controller, results } = startExchange();
    exchange.onRequestStart(controller);
    exchange.missDeadline();

    expect(results).toEqual([]);
  });

  it('ends once, and takes its connection down when it gives up on a written request', () => {
    const { exchange, controller, results, abortCount } = startExchange();
    exchange.onRequestStart(controller);
    exchange.expire();
    exchange.onResponseError(controller, new Error('aborted'));

    expect(results).toEqual([{ kind: 'lost', reason: 'timeout', httpStatus: null, errorCode: 'DEADLINE' }]);
    expect(abortCount()).toBe(1);
  });
});
