import { StoreBusyError, StoreUnavailableError } from '../../payments/model/errors.js';
import { StoreStartError } from './start-error.js';

/**
 * A statement refused for its content (a constraint, a wrong column) is a bug and stays as it is.
 * After any other error nothing is known to be recorded.
 */
export function toStoreError(error: unknown): unknown {
  if (error instanceof StoreUnavailableError || isBug(error)) return error;
  return new StoreUnavailableError(toSentence(error), { cause: error });
}

export function isAnswerLost(error: unknown): boolean {
  if (!(error instanceof StoreUnavailableError) || error instanceof StoreBusyError) return false;
  const state = findSqlState(error.cause);
  return state === null || LOST_CONNECTION_STATES.test(state);
}

export function findSqlState(error: unknown): string | null {
  const code = findErrorCode(error);
  const isDatabase = code !== null && typeof (error as { severity?: unknown }).severity === 'string';
  return isDatabase && /^[0-9A-Z]{5}$/.test(code) ? code : null;
}

export function findErrorCode(error: unknown): string | null {
  if (typeof error !== 'object' || error === null) return null;
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : null;
}

const LOST_CONNECTION_STATES = /^(08|57P0[1-4])/;

/**
 * Connection (08), sign-in (28), database gone (3D000), transaction rolled back (40), resources
 * (53), lock not available (55P03), cancelled or shut down (57), disk (58), read-only (25006), idle
 * (25P03).
 */
const UNAVAILABLE_STATES = /^(08|28|40|53|57|58|3D000|25006|25P03|55P03)/;

function isBug(error: unknown): boolean {
  const state = findSqlState(error);
  if (state !== null) return !UNAVAILABLE_STATES.test(state);
  return error instanceof StoreStartError || error instanceof TypeError || error instanceof SyntaxError;
}

/** The driver's words may name users and hosts: they stay in the cause. */
function toSentence(error: unknown): string {
  const state = findSqlState(error);
  return state === null
    ? 'The database did not answer.'
    : `The database could not carry out the statement (SQLSTATE ${state}).`;
}
