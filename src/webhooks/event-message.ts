import type { OrderState, ProviderOrder } from '../payments/ports/order-provider.js';
import { STATE_RANKS } from '../payments/model/status.js';

/** What an event means for a payment. */
export type EventMessage =
  /** The order reached this state: the one that it shows, and the event's type where it shows none. */
  | { readonly kind: 'orderMoved'; readonly state: OrderState; readonly order: ProviderOrder }
  /** The order changed, and only the provider can tell into what. */
  | { readonly kind: 'askForOrder' }
  /** Nothing that a payment shows. */
  | { readonly kind: 'nothing' };

export const ORDER_CREATED = 'order.created';

/** What each type says that moves a payment. Every other type, known or new, is written down and moves nothing. */
const STANDING_OF_TYPE: ReadonlyMap<string, OrderState> = new Map([
  [ORDER_CREATED, 'PENDING'],
  ['order.next_action', 'REQUIRES_ACTION'],
  ['order.succeeded', 'SUCCEEDED'],
  ['order.failed', 'FAILED'],
]);

/** A refund may be one of several, so whether the order is refunded in part or in full stands in the order alone. */
const TYPES_THAT_ASK: ReadonlySet<string> = new Set(['refund.succeeded']);

/** Whether events of the type are about an order, so that one without any name of it is update that gets lost. */
export function isAboutOrder(type: string): boolean {
  return STANDING_OF_TYPE.has(type) || TYPES_THAT_ASK.has(type);
}

/** Judges a type together with the order (if any) that the event carries. */
export function readMessage(type: string, order: ProviderOrder | null): EventMessage {
  if (TYPES_THAT_ASK.has(type)) return { kind: 'askForOrder' };
  const state = STANDING_OF_TYPE.get(type);
  if (state === undefined) return { kind: 'nothing' };
  if (order === null || contradicts(order, state)) return { kind: 'askForOrder' };
  return { kind: 'orderMoved', state: order.state ?? state, order };
}

/**
 * Whether the order in an event tells another outcome than the event's type: the order may be a later picture than the type, or one of the two
 * is wrong, and a verdict on money is not guessed. No status, an unlisted one, and any two that are both still under way agree.
 */
function contradicts({ state: shown }: ProviderOrder, told: OrderState): boolean {
  return shown !== null && STATE_RANKS[shown] !== STATE_RANKS[told];
}
