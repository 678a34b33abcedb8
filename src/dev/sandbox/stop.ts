import { setMaxListeners } from 'node:events';

/** A signal on which thousands of sleeping payments and deliveries may wait: that many listeners are no leak. */
export function newStop(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}
