import type { Clock } from '../../shared/clock.js';
import { newId } from '../../shared/ids.js';

const ACCEPTED_REQUEST_ID = /^[\w.:-]{1,128}$/;

/** The caller's own id where it is fit to be logged, else a new one (`req_…`). */
export function requestIdFrom(header: string | string[] | undefined, clock: Clock): string {
  return typeof header === 'string' && ACCEPTED_REQUEST_ID.test(header) ? header : newId('request', clock.now());
}
