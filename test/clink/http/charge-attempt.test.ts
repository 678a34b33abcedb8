import type { Dispatcher } from 'undici';
import { ChargeAttempt, type HttpResult } from '../../../src/clink/http/charge-attempt.js';
import { OPEN_DEADLINE } from '../support/test-client.js';

function startExchange() {
  const results: HttpResult[] = [];
  let aborted = 0;
  const controller: Dispatcher.DispatchController = {
    aborted: false,
    paused: false,
    reason: null,
    abort: () => void aborted++,
    pause: () => undefined,
    resume: () => undefined,
  };
  const attempt = new ChargeAttempt(OPEN_DEADLINE, (result) => results.push(result));
  return { attempt, controller, results, abortCount: () => aborted };
}

describe('ChargeAttempt', () => {
  it('stops a second sending of a request whose headers were written', () => {
    const { attempt, controller, results } = startExchange();
    attempt.onRequestStart(controller);

    expect(() => attempt.onRequestStart(controller)).toThrow('This request must not be written.');
    expect(results).toEqual([
      { kind: 'lost', reason: 'connectionLost', httpStatus: null, errorCode: 'SECOND_SENDING' },
    ]);
  });

  it('calls a request lost once its headers were written, whatever the error says', () => {
    const { attempt, controller, results } = startExchange();
    attempt.onRequestStart(controller);
    attempt.onResponseError(controller, Object.assign(new Error('refused'), { code: 'ECONNREFUSED' }));

    expect(results).toEqual([{ kind: 'lost', reason: 'connectionLost', httpStatus: null, errorCode: 'ECONNREFUSED' }]);
  });

  it('calls a request never sent before its headers are written, whatever the error says', () => {
    const { attempt, controller, results } = startExchange();
    attempt.onResponseError(controller, Object.assign(new Error('reset'), { code: 'ECONNRESET' }));

    expect(results).toEqual([{ kind: 'neverSent', reason: 'connectFailed', errorCode: 'ECONNRESET' }]);
  });

  it('writes nothing after it gave up waiting for a connection', () => {
    const { attempt, controller, results } = startExchange();
    attempt.expire();

    expect(() => attempt.onRequestStart(controller)).toThrow('This request must not be written.');
    expect(results).toEqual([{ kind: 'neverSent', reason: 'connectFailed', errorCode: 'DEADLINE' }]);
  });

  it('gives up at the time to send while its headers are not written, and writes nothing later', () => {
    const { attempt, controller, results } = startExchange();
    attempt.missDeadline();

    expect(() => attempt.onRequestStart(controller)).toThrow('This request must not be written.');
    expect(results).toEqual([{ kind: 'neverSent', reason: 'tooLate', errorCode: 'SEND_DEADLINE' }]);
  });

  it('waits for its answer past the time to send once its headers are written', () => {
    const { attempt, controller, results } = startExchange();
    attempt.onRequestStart(controller);
    attempt.missDeadline();

    expect(results).toEqual([]);
  });

  it('ends once, and takes its connection down when it gives up on a written request', () => {
    const { attempt, controller, results, abortCount } = startExchange();
    attempt.onRequestStart(controller);
    attempt.expire();
    attempt.onResponseError(controller, new Error('aborted'));

    expect(results).toEqual([{ kind: 'lost', reason: 'timeout', httpStatus: null, errorCode: 'DEADLINE' }]);
    expect(abortCount()).toBe(1);
  });
});
