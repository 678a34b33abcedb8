import pino, { type DestinationStream, type Logger } from 'pino';
import { redactedExcerpt, redactText } from './redact.js';

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'child'>;
export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * JSON lines on standard output. Whoever logs passes named fields that are fit to be read by an operator: ids, codes, durations, never
 * bodies or headers. What slips through all the same (an error's message, say) is redacted here.
 */
export function createLog(level: LogLevel, destination?: DestinationStream): Log {
  const options = {
    level,
    base: { service: 'clink-graphql-gateway' },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: toLoggedError },
    hooks: {
      streamWrite: redactText,
    },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}

/** What tells an operator enough; an error may quote all that somebody sent. */
const MAX_MESSAGE_CHARACTERS = 2_000;
const MAX_STACK_CHARACTERS = 8_000;

interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: LoggedError;
}

/** Name, message, code, stack and causes; other properties of an error may carry a request, so they stay out. */
function toLoggedError(error: unknown): LoggedError {
  if (!(error instanceof Error)) return { type: typeof error, message: 'not an error' };
  const { code } = error as { code?: unknown };
  return {
    type: error.name,
    message: redactedExcerpt(error.message, MAX_MESSAGE_CHARACTERS),
    ...(typeof code === 'string' && { code }),
    ...(error.stack !== undefined && { stack: redactedExcerpt(error.stack, MAX_STACK_CHARACTERS) }),
    ...(error.cause instanceof Error && { cause: toLoggedError(error.cause) }),
  };
}
