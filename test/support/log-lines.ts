import pino from 'pino';
import type { Log } from '../../src/shared/log/log.js';

export interface LogLine {
  readonly level: string;
  readonly msg: string;
  readonly [field: string]: unknown;
}

/** A log whose lines can be looked at, and waited for. */
export interface LineLog {
  readonly log: Log;
  lines(msg: string): LogLine[];
  /** The first line with that message, as soon as it is written. */
  written(msg: string): Promise<LogLine>;
}

export function createLineLog(): LineLog {
  const lines: LogLine[] = [];
  const waiting = new Set<() => void>();
  const formatters = { level: (level: string): object => ({ level }) };
  const write = (line: string): void => {
    lines.push(JSON.parse(line) as LogLine);
    for (const look of waiting) look();
  };
  const found = (msg: string): LogLine[] => lines.filter((line) => line.msg === msg);
  return {
    log: pino({ level: 'trace', formatters }, { write }),
    lines: found,
    written: (msg) =>
      new Promise((resolve) => {
        const look = (): void => {
          const [line] = found(msg);
          if (line !== undefined) resolve(line);
        };
        waiting.add(look);
        look();
      }),
  };
}
