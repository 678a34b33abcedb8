import { parseAmountText } from '../orders/amount.js';
import { REFERENCE_FORMS } from '../orders/reference-forms.js';

/** Faults that are switched on for a while, besides those that a payment instrument triggers. */
export interface Faults {
  readonly lookups: LookupFaults;
  readonly payments: PaymentFaults;
  readonly webhooks: WebhookFaults;
}

/** For `GET /order` and `GET /order/{id}`. */
export interface LookupFaults {
  /** Only lookups of references that begin so are disturbed; blank: all. */
  readonly referencePrefix: string;
  /** A list answers with all orders, whatever was asked for. */
  readonly ignoreFilter: boolean;
  readonly hideMetadata: boolean;
  readonly answer500: boolean;
  /** An order can't be seen until it is so old. */
  readonly hideNewForMs: number;
}

/** For `POST /payment`. */
export interface PaymentFaults {
  /** The key is refused for a while, and nothing is charged. */
  readonly answer401: boolean;
  /** Between the arrival of the request and the charge. */
  readonly delayChargeMs: number;
  /** Between the charge and the answer. */
  readonly delayAnswerMs: number;
  /** Forms in which the caller's own references are kept; the gateway's stay as they are. */
  readonly rewriteReferences: readonly string[];
  /** `1.00 USD` is charged whatever was asked for; blank: what was asked for. */
  readonly chargeInstead: string;
}

export interface WebhookFaults {
  /** How often each event is sent; 0 and 1 are once. */
  readonly duplicate: number;
  /** Events gather for a moment and leave in a random order. */
  readonly shuffle: boolean;
  /** Event types that are never sent; `*` is all of them. */
  readonly drop: readonly string[];
  /** Held back so long before the first try. */
  readonly delayMs: number;
  /** Events are stamped by a clock so far ahead: `order.created` after the answer, say. */
  readonly stampedAheadMs: number;
  /** The signature's timestamp lies so far in the past. */
  readonly signedAgoMs: number;
  /** Every try is signed anew; otherwise an event is signed once. */
  readonly signEachTry: boolean;
  /** The older envelope: no `object` inside `data`, `created` as ISO text. */
  readonly olderForm: boolean;
}

/** Keeps the faults that are on. */
export interface FaultBoard {
  current(): Faults;
  /** Changes what is named and leaves the rest; returns the broken rule, or null where all was right. */
  change(patch: unknown): string | null;
  reset(): void;
}

const NO_FAULTS: Faults = {
  lookups: { referencePrefix: '', ignoreFilter: false, hideMetadata: false, answer500: false, hideNewForMs: 0 },
  payments: { answer401: false, delayChargeMs: 0, delayAnswerMs: 0, rewriteReferences: [], chargeInstead: '' },
  webhooks: {
    duplicate: 1,
    shuffle: false,
    drop: [],
    delayMs: 0,
    stampedAheadMs: 0,
    signedAgoMs: 0,
    signEachTry: false,
    olderForm: false,
  },
};

export function createFaultBoard(): FaultBoard {
  let faults = NO_FAULTS;
  return {
    current: () => faults,
    change: (patch) => {
      const problem = findProblem(patch, NO_FAULTS);
      if (problem === null) faults = merge(faults, patch as Partial<Faults>);
      return problem;
    },
    reset: () => {
      faults = NO_FAULTS;
    },
  };
}

function merge(faults: Faults, patch: Partial<Faults>): Faults {
  return {
    lookups: { ...faults.lookups, ...patch.lookups },
    payments: { ...faults.payments, ...patch.payments },
    webhooks: { ...faults.webhooks, ...patch.webhooks },
  };
}

/** Compares a patch with the shape of the faults: every name must exist there, every value must be of the same kind. */
function findProblem(patch: unknown, shape: object): string | null {
  if (!isObject(patch)) return 'Faults are a JSON object.';
  const known = new Map(Object.entries(shape));
  for (const [name, value] of Object.entries(patch)) {
    const example: unknown = known.get(name);
    if (example === undefined) return `There is no fault ${name.slice(0, 40)}: use ${[...known.keys()].join(', ')}.`;
    const problem = isObject(example) ? findProblem(value, example) : findValueProblem(name, value, example);
    if (problem !== null) return problem;
  }
  return null;
}

function findValueProblem(name: string, value: unknown, example: unknown): string | null {
  if (name === 'rewriteReferences' && isTextList(value)) return findFormProblem(value as string[]);
  if (name === 'chargeInstead' && typeof value === 'string') return findAmountProblem(value);
  if (Array.isArray(example)) return isTextList(value) ? null : `${name} must be a list of texts.`;
  if (typeof example === 'number')
    return isCount(value) ? null : `${name} must be a whole number from 0 to ${LARGEST_COUNT}.`;
  return typeof value === typeof example ? null : `${name} must be a ${typeof example}.`;
}

function findFormProblem(names: readonly string[]): string | null {
  if (names.every((name) => REFERENCE_FORMS.has(name))) return null;
  return `rewriteReferences lists ${[...REFERENCE_FORMS.keys()].join(', ')}.`;
}

function findAmountProblem(text: string): string | null {
  return text === '' || parseAmountText(text) !== null ? null : 'chargeInstead must be an amount like "1.00 USD".';
}

/** A day in milliseconds: no fault needs more. */
const LARGEST_COUNT = 86_400_000;

function isCount(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) >= 0 && (value as number) <= LARGEST_COUNT;
}

function isTextList(value: unknown): boolean {
  return Array.isArray(value) && value.every((entry) => typeof entry === 'string');
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
