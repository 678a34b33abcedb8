import { setMaxListeners } from 'node:events';

/** Thousands of sleeping payments and deliveries wait on one signal: that many listeners are no leak. */
export function newStop(): AbortController {
  const controller = new AbortController();
  setMaxListeners(0, controller.signal);
  return controller;
}
