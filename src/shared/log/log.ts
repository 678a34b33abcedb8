import { writeSync } from 'node:fs';
import pino, { type DestinationStream, type Logger } from 'pino';
import { createLogOutput, type LogOutput } from './log-output.js';
import { redactedExcerpt, redactText } from './redact.js';

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'child'>;
export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/**
 * Logs JSON lines to standard output. Fields are ids, codes and durations, never bodies or headers; what slips
 * through all the same, in an error's message say, is redacted here.
 */
export function createLog(level: LogLevel, destination?: DestinationStream): Log {
  const options = {
    level,
    base: { service: 'clink-graphql-gateway' },
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
    serializers: { err: toLoggedError },
    hooks: { streamWrite: redactText },
  };
  if (destination !== undefined) return pino(options, destination);
  const log: Log = pino(
    options,
    openStandardOutput((lines) => {
      log.error({ lines, alarm: true }, 'log.lines-lost');
    }),
  );
  return log;
}

const STANDARD_OUTPUT = 1;
const STANDARD_ERROR = 2;

/** Touching the streams makes their pipes non-blocking; without listeners, a reader's end would end the process. */
function openStandardOutput(onLost: (lines: number) => void): LogOutput {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const output = createLogOutput({
    writeBytes: (bytes) => writeSync(STANDARD_OUTPUT, bytes),
    onFailing: (code) => {
      writeToStandardError(
        `The log can not be written (${code}). The gateway goes on and counts the lines that it has no room for.`,
      );
    },
    onLost,
  });
  process.on('exit', output.flush);
  return output;
}

function writeToStandardError(sentence: string): void {
  try {
    writeSync(STANDARD_ERROR, `${sentence}\n`);
  } catch {
    // Standard error has no reader either.
  }
}

const MAX_MESSAGE_CHARACTERS = 2_000;
const MAX_STACK_CHARACTERS = 8_000;

interface LoggedError {
  readonly type: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  readonly cause?: LoggedError;
}

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
