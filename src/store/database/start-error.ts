import { StartError } from '../../shared/start-error.js';

/** The store can't be opened. The sentence says what is wrong and what to do; it never holds a password. */
export class StoreStartError extends StartError {
  override readonly name = 'StoreStartError';
}
