import { StoreBusyError, StoreUnavailableError } from '../../payments/model/errors.js';
import { StoreStartError } from './start-error.js';

/**
 * Turns what a driver threw into what the store's port promises. The database refusing a statement for what it says (a constraint, a wrong
 * column) is a bug and stays as it is; everything else means that nothing is known to be recorded.
 */
export function toStoreError(error: unknown): unknown {
  if (error instanceof StoreUnavailableError || isBug(error)) return error;
  return new StoreUnavailableError(toSentence(error), { cause: error });
}

/** Whether the statement may have been carried out although its answer did not arrive. */
export function isAnswerLost(error: unknown): boolean {
  if (!(error instanceof StoreUnavailableError) || error instanceof StoreBusyError) return false;
  const state = findSqlState(error.cause);
  return state === null || LOST_CONNECTION_STATES.test(state);
}

/** The five characters by which the database says what went wrong, or null where it was not the database that spoke. */
export function findSqlState(error: unknown): string | null {
  const code = findErrorCode(error);
  const isDatabase = code !== null && typeof (error as { severity?: unknown }).severity === 'string';
  return isDatabase && /^[0-9A-Z]{5}$/.test(code) ? code : null;
}

/** The code that an error carries (`ECONNREFUSED`, `ENOENT`, an SQLSTATE). Errors of another realm are no instances of this one's Error. */
export function findErrorCode(error: unknown): string | null {
  if (typeof error !== 'object' || error === null) return null;
  const { code } = error as { code?: unknown };
  return typeof code === 'string' ? code : null;
}

/** Connection exceptions, and the server going down or coming up. */
const LOST_CONNECTION_STATES = /^(08|57P0[1-4])/;

/**
 * Connection (08), sign-in (28), database gone (3D000), transaction rolled back (40), resources such as disk, memory and connections (53),
 * lock not available (55P03), cancelled by a timeout, shut down (57), failing disk (58), read-only (25006), idle for too long (25P03).
 */
const UNAVAILABLE_STATES = /^(08|28|40|53|57|58|3D000|25006|25P03|55P03)/;

function isBug(error: unknown): boolean {
  const state = findSqlState(error);
  if (state !== null) return !UNAVAILABLE_STATES.test(state);
  return error instanceof StoreStartError || error instanceof TypeError || error instanceof SyntaxError;
}

/** Not the driver's words: they may name users and hosts. They are in the cause. */
function toSentence(error: unknown): string {
  const state = findSqlState(error);
  return state === null
    ? 'The database did not answer.'
    : `The database could not carry out the statement (SQLSTATE ${state}).`;
}
