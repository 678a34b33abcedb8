import type { ChargeAnswer } from '../../payments/ports/payment-provider.js';
import {
  ACTION_PROBLEMS,
  mapAction,
  type ActionMapping,
  type ActionMappingOptions,
} from '../actions/action-mapping.js';
import { toMoney } from '../wire/provider-amount.js';
import { toProviderText } from '../wire/provider-text.js';
import { asId, asNumber, asObject, asText, type WireObject } from '../wire/wire-values.js';

type ParsedChargeAnswer =
  | { readonly kind: 'parsed'; readonly answer: ChargeAnswer }
  /** A charge may stand behind it, under this order id if there is one. */
  | { readonly kind: 'malformed'; readonly orderId: string | null };

const STATES: ReadonlyMap<number, ChargeAnswer['state']> = new Map([
  [1, 'paid'],
  [2, 'pending'],
  [3, 'declined'],
  [5, 'actionRequired'],
]);

export function parseChargeAnswer(data: unknown, options: ActionMappingOptions): ParsedChargeAnswer {
  const wire = asObject(data);
  const orderId = asId(wire?.orderId);
  if (wire === null || orderId === null) return { kind: 'malformed', orderId };
  const action = mapAction(wire.action, options);
  const state = toState(wire.status, action);
  return state === null
    ? { kind: 'malformed', orderId }
    : { kind: 'parsed', answer: toAnswer(wire, { orderId, state, action }) };
}

/** The provider's own sample leaves the status out; the action decides then. */
function toState(status: unknown, action: ActionMapping): ChargeAnswer['state'] | null {
  if (isAbsent(status)) return action.kind === 'none' ? 'pending' : 'actionRequired';
  const number = asNumber(status);
  return number === null ? null : (STATES.get(number) ?? null);
}

function isAbsent(value: unknown): boolean {
  return value === undefined || value === null || (typeof value === 'string' && asText(value) === null);
}

interface MappedFields {
  readonly orderId: string;
  readonly state: ChargeAnswer['state'];
  readonly action: ActionMapping;
}

function toAnswer(wire: WireObject, { orderId, state, action }: MappedFields): ChargeAnswer {
  const customerId = asId(wire.customerId);
  return {
    state,
    orderId,
    sessionId: asId(wire.sessionId),
    paymentInstrumentId: asId(wire.paymentInstrumentId),
    customer: customerId === null ? {} : { customerId },
    action: state === 'actionRequired' && action.kind === 'usable' ? action.action : null,
    actionProblem: state === 'actionRequired' ? toProblem(action) : null,
    amount: toMoney(wire.amount, wire.currency),
    failure:
      state === 'declined'
        ? { code: toProviderText(wire.failureCode), message: toProviderText(wire.failureMessage) }
        : null,
  };
}

function toProblem(action: ActionMapping): string | null {
  if (action.kind === 'none') return ACTION_PROBLEMS.missing;
  return action.kind === 'unusable' ? action.problem : null;
}
