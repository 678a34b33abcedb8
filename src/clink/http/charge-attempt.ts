import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import type { SendDeadline } from '../../payments/ports/payment-provider.js';
import { decodeBody } from './content-coding.js';

/** What became of one HTTP request. Nothing in it is trusted yet. */
export type HttpResult =
  | {
      readonly kind: 'answered';
      readonly httpStatus: number;
      readonly retryAfter: string | null;
      /** Decoded; empty where decoding failed, as the status alone may say enough. */
      readonly body: string;
    }
  /** The header bytes were not written: no byte of the request left this process. */
  | {
      readonly kind: 'neverSent';
      readonly reason: 'connectFailed' | 'tooLate' | 'shutDown';
      readonly errorCode: string | null;
    }
  /** It was written, perhaps in part, and no whole answer came. */
  | {
      readonly kind: 'lost';
      readonly reason: 'timeout' | 'connectionLost' | 'bodyTooLarge' | 'redirected' | 'malformedAnswer';
      readonly httpStatus: number | null;
      readonly errorCode: string | null;
    };

const MAX_BODY_BYTES = 262_144;

/**
 * One request on its way through undici's pool. The first callback that decides its result ends it.
 *
 * undici calls `onRequestStart` synchronously before it writes the header bytes, and again if it
 * ever takes a request back to its queue. There the send deadline is checked, "never sent" ends, and
 * a second sending is stopped: an error thrown there makes undici drop the request and keep the
 * connection. Error codes decide none of this.
 */
export class ChargeAttempt implements Dispatcher.DispatchHandler {
  private headersWritten = false;
  private finished = false;
  private controller: Dispatcher.DispatchController | null = null;
  private httpStatus: number | null = null;
  private retryAfter: string | null = null;
  private contentEncoding = '';
  private readonly chunks: Buffer[] = [];
  private bodyBytes = 0;

  constructor(
    private readonly sendDeadline: SendDeadline,
    private readonly whenFinished: (result: HttpResult) => void,
  ) {}

  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.headersWritten) this.lose('connectionLost', 'SECOND_SENDING');
    else if (!this.finished && this.sendDeadline.hasPassed()) this.finishUnsent('tooLate', null);
    if (this.finished) throw new Error('This request must not be written.');
    this.headersWritten = true;
    this.controller = controller;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, statusCode: number, headers: IncomingHttpHeaders): void {
    if (statusCode < 200) return;
    this.httpStatus = statusCode;
    const retryAfter: unknown = headers['retry-after'];
    this.retryAfter = typeof retryAfter === 'string' ? retryAfter : null;
    this.contentEncoding = String(headers['content-encoding'] ?? '');
    if (statusCode >= 300 && statusCode < 400) this.giveUp('redirected', null);
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.bodyBytes += chunk.length;
    if (this.bodyBytes > MAX_BODY_BYTES) this.giveUp('bodyTooLarge', null);
    else this.chunks.push(chunk);
  }

  onResponseEnd(): void {
    const { httpStatus, retryAfter } = this;
    if (httpStatus === null) return this.lose('malformedAnswer', null);
    const decoded = decodeBody(Buffer.concat(this.chunks), this.contentEncoding, MAX_BODY_BYTES);
    if (decoded.kind === 'tooLarge') return this.lose('bodyTooLarge', null);
    const body = decoded.kind === 'decoded' ? decoded.bytes.toString('utf8') : '';
    this.finish({ kind: 'answered', httpStatus, retryAfter, body });
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const code = codeOf(error);
    if (this.headersWritten) this.lose(lossReasonOf(code), code);
    else
      this.finishUnsent(code === 'UND_ERR_CLOSED' || code === 'UND_ERR_DESTROYED' ? 'shutDown' : 'connectFailed', code);
  }

  expire(): void {
    if (this.headersWritten) this.giveUp('timeout', 'DEADLINE');
    else this.finishUnsent('connectFailed', 'DEADLINE');
  }

  /** The send deadline has passed: a request that still waits for a connection is never written. */
  missDeadline(): void {
    if (!this.headersWritten) this.finishUnsent('tooLate', 'SEND_DEADLINE');
  }

  /** Ends the connection too: bytes may still be on their way on it. */
  private giveUp(reason: LossReason, errorCode: string | null): void {
    this.lose(reason, errorCode);
    this.controller?.abort(new Error('The answer is not waited for any longer.'));
  }

  private lose(reason: LossReason, errorCode: string | null): void {
    this.finish({ kind: 'lost', reason, httpStatus: this.httpStatus, errorCode });
  }

  private finishUnsent(reason: Extract<HttpResult, { kind: 'neverSent' }>['reason'], errorCode: string | null): void {
    this.finish({ kind: 'neverSent', reason, errorCode });
  }

  private finish(result: HttpResult): void {
    if (this.finished) return;
    this.finished = true;
    this.whenFinished(result);
  }
}

type LossReason = Extract<HttpResult, { kind: 'lost' }>['reason'];

function lossReasonOf(code: string): LossReason {
  if (code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT') return 'timeout';
  const isNoHttp = code.startsWith('HPE_') || code === 'HTTPParserError' || code === 'UND_ERR_HEADERS_OVERFLOW';
  return isNoHttp ? 'malformedAnswer' : 'connectionLost';
}

function codeOf(error: Error): string {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : error.name;
}
