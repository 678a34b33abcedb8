import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { findErrorCode } from './store-errors.js';

/** A process as no other ever is: numbers are used again, but not with the same time of birth. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it was started, in the system's own notation; null where the system doesn't tell. */
  readonly startedAt: string | null;
}

export function identifyProcess(pid: number): ProcessIdentity {
  return { pid, startedAt: findStartTime(pid) };
}

/** Whether that very process still runs. */
export function isRunning({ pid, startedAt }: ProcessIdentity): boolean {
  return exists(pid) && (startedAt === null || findStartTime(pid) === startedAt);
}

function exists(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return findErrorCode(error) === 'EPERM'; // It runs, as another user.
  }
}

/** Null also for a process that has ended and only waits to be buried by its parent. */
function findStartTime(pid: number): string | null {
  try {
    return process.platform === 'linux' ? readLinuxStartTime(pid) : askForStartTime(pid);
  } catch {
    return null;
  }
}

function readLinuxStartTime(pid: number): string | null {
  const bootId = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the program's name in brackets and may hold anything, blanks and brackets too.
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticksSinceBoot = fields[18];
  return state === 'Z' || state === 'X' || ticksSinceBoot === undefined ? null : `${bootId} ${ticksSinceBoot}`;
}

function askForStartTime(pid: number): string | null {
  const answer = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim();
  return answer === '' ? null : answer;
}
