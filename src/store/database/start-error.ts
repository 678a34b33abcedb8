import { StartError } from '../../shared/start-error.js';

export class StoreStartError extends StartError {
  override readonly name = 'StoreStartError';
}
