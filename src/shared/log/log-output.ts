/** Takes log lines. Writing never throws and never waits, and what is kept is bounded: payments go on without a log. */
export interface LogOutput {
  write(line: string): void;
  flush(): void;
}

interface LogOutputDeps {
  /** Returns the number of bytes written; throws where there are none, EAGAIN for a reader that is slow. */
  readonly writeBytes: (bytes: Uint8Array) => number;
  readonly onFailing: (code: string) => void;
  readonly onLost: (lines: number) => void;
}

const MAX_WAITING_BYTES = 1_048_576;
const NEXT_TRY_MS = 100;

export function createLogOutput({ writeBytes, onFailing, onLost }: LogOutputDeps): LogOutput {
  const waiting: Uint8Array[] = [];
  let waitingBytes = 0;
  let lost = 0;
  let failing = false;
  let nextTry: NodeJS.Timeout | null = null;

  const writeWaiting = (): void => {
    for (let first = waiting[0]; first !== undefined; first = waiting[0]) {
      const written = writeBytes(first);
      waitingBytes -= written;
      if (written < first.length) waiting[0] = first.subarray(written);
      else waiting.shift();
    }
  };
  const flush = (): void => {
    try {
      writeWaiting();
    } catch (error) {
      const { code = 'unknown reason' } = error as NodeJS.ErrnoException;
      if (!failing && code !== 'EAGAIN') onFailing(code);
      failing ||= code !== 'EAGAIN';
      nextTry ??= setTimeout(tryAgain, NEXT_TRY_MS).unref();
      return;
    }
    failing = false;
    const lines = lost;
    lost = 0;
    if (lines > 0) onLost(lines);
  };
  const tryAgain = (): void => {
    nextTry = null;
    flush();
  };
  const write = (line: string): void => {
    const bytes = Buffer.from(line);
    if (waitingBytes + bytes.length > MAX_WAITING_BYTES) {
      lost += 1;
      return;
    }
    waitingBytes += bytes.length;
    waiting.push(bytes);
    if (waiting.length === 1) flush();
  };
  return { write, flush };
}
