const BLOCKED =
  'The HTTP client writes nothing behind a request that blocks its connection, ' +
  'which all do but HEAD unless it is said otherwise.';

/** The deadline, the wire, and what an answer means: sent once at most, and "nothing was charged" only where that is certain. */
export const SEND = [
  {
    id: 'deadline-never-passes',
    breaks: 'Past its deadline nothing is written to the provider.',
    file: 'src/payments/create-payment/send-deadline.ts',
    changes: [['hasPassed: () => passedMs() >= windowMs', 'hasPassed: () => windowMs < 0']],
    suites: ['test/payments/create-payment/send-deadline.test.ts'],
  },
  {
    id: 'deadline-by-the-wall-clock-alone',
    breaks: 'The deadline passes by the clock that is never set, too.',
    file: 'src/payments/create-payment/send-deadline.ts',
    changes: [['Math.max(clock.now() - madeAtMs, clock.monotonicNow() - madeAtMonotonicMs)', 'clock.now() - madeAtMs']],
    suites: ['test/payments/create-payment/send-deadline.test.ts'],
  },
  {
    id: 'deadline-by-the-monotonic-clock-alone',
    breaks: 'The deadline passes by the clock that runs on while the machine sleeps, too.',
    file: 'src/payments/create-payment/send-deadline.ts',
    changes: [
      [
        'Math.max(clock.now() - madeAtMs, clock.monotonicNow() - madeAtMonotonicMs)',
        'clock.monotonicNow() - madeAtMonotonicMs',
      ],
    ],
    suites: ['test/payments/create-payment/send-deadline.test.ts'],
  },
  {
    id: 'deadline-made-after-the-claim',
    breaks: 'The deadline is measured from before the claim was asked for.',
    file: 'src/payments/create-payment/create-payment.service.ts',
    changes: [
      [
        '      const sendDeadline = createSendDeadline(deps.clock, deps.sendWindowMs);\n      const claim',
        '      const claim',
      ],
      [
        'if (answer === null) return storeUnavailable();',
        'if (answer === null) return storeUnavailable();\n' +
          '      const sendDeadline = createSendDeadline(deps.clock, deps.sendWindowMs);',
      ],
    ],
    suites: ['test/payments/create-payment/send-window.test.ts'],
  },
  {
    id: 'deadline-made-after-the-takeover',
    breaks: 'The deadline is measured from before the takeover was asked for.',
    file: 'src/payments/create-payment/replay.ts',
    changes: [
      ['      const sendDeadline = createSendDeadline(clock, deps.sendWindowMs);\n', ''],
      [
        'const answer = await takeOverOrFind(first, call, deps);\n',
        'const answer = await takeOverOrFind(first, call, deps);\n' +
          '      const sendDeadline = createSendDeadline(clock, deps.sendWindowMs);\n',
      ],
    ],
    suites: ['test/payments/create-payment/send-window.test.ts'],
  },
  {
    id: 'send-deadline-not-checked',
    breaks: 'The send deadline is checked as the header bytes are about to be written.',
    file: 'src/clink/http/charge-attempt.ts',
    changes: [['!this.finished && this.sendDeadline.hasPassed()', '!this.finished && this.sendDeadline === null']],
    suites: ['test/clink/http/connection-faults.test.ts'],
  },
  {
    id: 'never-sent-by-error-code',
    breaks: 'Whether a request was sent follows from its bytes, not from the code of an error.',
    file: 'src/clink/http/charge-attempt.ts',
    changes: [
      [
        '    if (this.headersWritten) this.lose(lossReasonOf(code), code);',
        "    if (this.headersWritten && code !== 'UND_ERR_SOCKET') this.lose(lossReasonOf(code), code);",
      ],
    ],
    suites: ['test/clink/http/connection-faults.test.ts'],
  },
  {
    id: 'timeout-counts-as-never-sent',
    breaks: 'A request that was written and not answered in time may have charged.',
    file: 'src/clink/http/charge-attempt.ts',
    changes: [
      [
        "if (this.headersWritten) this.giveUp('timeout', 'DEADLINE');",
        "if (this.httpStatus !== null) this.giveUp('timeout', 'DEADLINE');",
      ],
    ],
    suites: ['test/clink/http/charge-attempt.test.ts', 'test/clink/http/connection-faults.test.ts'],
  },
  {
    id: 'sent-a-second-time',
    breaks: 'A request that was written once is never written again.',
    file: 'src/clink/http/charge-attempt.ts',
    changes: [["if (this.headersWritten) this.lose('connectionLost', 'SECOND_SENDING');\n    else if", 'if']],
    suites: ['test/clink/http/charge-attempt.test.ts'],
  },
  {
    id: 'pipelining',
    breaks: 'A connection that breaks takes only its own request with it.',
    file: 'src/clink/http/transport.ts',
    changes: [['pipelining: 1,', 'pipelining: 10,']],
    suites: ['test/clink/http/shared-connection.test.ts'],
    argued: BLOCKED,
  },
  {
    id: 'idempotent',
    breaks: 'The HTTP client never counts a charge among the requests that it may send again.',
    file: 'src/clink/http/transport.ts',
    changes: [['idempotent: false', 'idempotent: true']],
    suites: ['test/clink/http/shared-connection.test.ts'],
    argued: BLOCKED,
  },
  {
    id: 'pipelining-and-idempotent',
    breaks: 'A connection that breaks takes only its own request with it, and nothing is sent again.',
    file: 'src/clink/http/transport.ts',
    changes: [
      ['pipelining: 1,', 'pipelining: 10,'],
      ['idempotent: false', 'idempotent: true'],
    ],
    suites: ['test/clink/http/shared-connection.test.ts'],
    argued: BLOCKED,
  },
  {
    id: 'several-requests-on-a-connection',
    breaks: 'A connection that breaks takes only its own request with it.',
    file: 'src/clink/http/transport.ts',
    changes: [
      ['pipelining: 1,', 'pipelining: 10,'],
      ['idempotent: false', 'idempotent: true, blocking: false'],
    ],
    suites: ['test/clink/http/shared-connection.test.ts'],
  },
  {
    id: 'redirects-believed',
    breaks: 'A redirect is no answer about a charge.',
    file: 'src/clink/http/charge-attempt.ts',
    changes: [["if (statusCode >= 300 && statusCode < 400) this.giveUp('redirected', null);", '']],
    suites: ['test/clink/charge/provider-answers.test.ts'],
  },
  {
    id: 'server-error-decided-by-its-body',
    breaks: 'After a server error the outcome is unknown, whatever its body says.',
    file: 'src/clink/charge/provider-response.ts',
    changes: [['if (result.httpStatus >= 500)', 'if (result.httpStatus >= 600)']],
    suites: ['test/clink/charge/provider-answers.test.ts'],
  },
  {
    id: 'success-under-an-error-status',
    breaks: 'A success counts only under an HTTP status of success.',
    file: 'src/clink/charge/provider-response.ts',
    changes: [["httpStatus < 300 ? { kind: 'success', envelope }", "httpStatus < 600 ? { kind: 'success', envelope }"]],
    suites: ['test/clink/charge/provider-answers.test.ts'],
  },
  {
    id: 'unlisted-code-is-a-refusal',
    breaks: 'Only the codes of the published table say that nothing was charged.',
    file: 'src/clink/charge/provider-response.ts',
    changes: [['if (refusalCode !== null) return', 'if (refusalCode !== null || httpStatus >= 400) return']],
    suites: ['test/clink/charge/provider-answers.test.ts'],
  },
  {
    id: 'turned-away-with-an-order',
    breaks: 'An answer that turns the request away and tells an order says nothing certain.',
    file: 'src/clink/charge/charge-outcome.ts',
    changes: [
      ['if (orderIdOf(response.envelope) !== null || speaksOfCharge(response.envelope))', 'if (speaksOfCharge(null))'],
    ],
    suites: ['test/clink/charge/provider-answers.test.ts'],
  },
  {
    id: 'refused-with-a-live-order',
    breaks: 'A refusal that tells an order which lives is no refusal.',
    file: 'src/clink/charge/charge-outcome.ts',
    changes: [['return speaksOfCharge(response.envelope) ? unknown', 'return speaksOfCharge(null) ? unknown']],
    suites: ['test/clink/charge/provider-answers.test.ts'],
  },
  {
    id: 'unpublished-status-is-pending',
    breaks: 'A status that is not published says nothing that could be relied on.',
    file: 'src/clink/charge/charge-answer.ts',
    changes: [['(STATES.get(number) ?? null)', "(STATES.get(number) ?? 'declined')"]],
    suites: ['test/clink/charge/provider-answers.test.ts'],
  },
  {
    id: 'outcome-writer-gives-up',
    breaks: 'An outcome is written until the store has it.',
    file: 'src/payments/outcome-writer/outcome-writer.ts',
    changes: [['if (stopped.isOpen) return null;', 'if (!stopped.isOpen) return null;']],
    suites: ['test/payments/outcome-writer/outcome-writer.test.ts'],
  },
  {
    id: 'waits-in-the-queue-past-the-send-deadline',
    breaks: 'A request that still waits for a connection when the send deadline passes is given up then.',
    file: 'src/clink/http/charge-attempt.ts',
    changes: [["if (!this.headersWritten) this.finishUnsent('tooLate', 'SEND_DEADLINE');", '']],
    suites: ['test/clink/http/charge-attempt.test.ts'],
  },
];
