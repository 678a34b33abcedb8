import { writeSync } from 'node:fs';

const STANDARD_OUTPUT = 1;
const STANDARD_ERROR = 2;
/** The exit code of a command whose output is missing: no other code may say what it found or did. */
const OUTPUT_MISSING = 4;
const FAILED = 1;
const NEXT_TRY_MS = 10;

class OutputError extends Error {
  override readonly name = 'OutputError';
}

export function print(text: string): void {
  try {
    writeAll(STANDARD_OUTPUT, text);
  } catch (cause) {
    const { code = 'unknown reason' } = cause as NodeJS.ErrnoException;
    throw new OutputError(`The output can not be written (${code}): what this command was to tell is missing.`, {
      cause,
    });
  }
}

export function runCommand(command: () => number | Promise<number>): void {
  void attempt(command).then((code) => {
    process.exitCode = code;
  });
}

async function attempt(command: () => number | Promise<number>): Promise<number> {
  try {
    return await command();
  } catch (error) {
    return explain(error);
  }
}

export function explain(error: unknown): number {
  printError(`${error instanceof Error ? error.message : 'unknown reason'}\n`);
  return error instanceof OutputError ? OUTPUT_MISSING : FAILED;
}

export function printError(text: string): void {
  try {
    writeAll(STANDARD_ERROR, text);
  } catch {
    // The exit code says it alone.
  }
}

/** Node's own streams throw away what a nearly full disk has no room for. */
function writeAll(file: number, text: string): void {
  let rest: Uint8Array = Buffer.from(text);
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(file, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, NEXT_TRY_MS);
    }
  }
}
