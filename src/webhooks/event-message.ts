import type { OrderState, ProviderOrder } from '../payments/ports/order-provider.js';
import { STATE_RANKS } from '../payments/model/status.js';

export type EventMessage =
  | { readonly kind: 'orderMoved'; readonly state: OrderState; readonly order: ProviderOrder }
  /** The order changed, and only a lookup can tell how. */
  | { readonly kind: 'askForOrder' }
  | { readonly kind: 'nothing' };

export const ORDER_CREATED = 'order.created';

const STATE_BY_TYPE: ReadonlyMap<string, OrderState> = new Map([
  [ORDER_CREATED, 'PENDING'],
  ['order.next_action', 'REQUIRES_ACTION'],
  ['order.succeeded', 'SUCCEEDED'],
  ['order.failed', 'FAILED'],
]);

/** A refund may be one of several: only the order shows whether it is refunded in part or in full. */
const LOOKUP_TYPES: ReadonlySet<string> = new Set(['refund.succeeded']);

export function isAboutOrder(type: string): boolean {
  return STATE_BY_TYPE.has(type) || LOOKUP_TYPES.has(type);
}

export function readMessage(type: string, order: ProviderOrder | null): EventMessage {
  if (LOOKUP_TYPES.has(type)) return { kind: 'askForOrder' };
  const state = STATE_BY_TYPE.get(type);
  if (state === undefined) return { kind: 'nothing' };
  if (order === null || contradicts(order, state)) return { kind: 'askForOrder' };
  return { kind: 'orderMoved', state: order.state ?? state, order };
}

/**
 * Whether order and type of an event have different outcomes: the order may be later than the type, or one of the
 * two is wrong. An order without a listed status contradicts nothing, and states still under way agree.
 */
function contradicts({ state: shown }: ProviderOrder, stateOfType: OrderState): boolean {
  return shown !== null && STATE_RANKS[shown] !== STATE_RANKS[stateOfType];
}
