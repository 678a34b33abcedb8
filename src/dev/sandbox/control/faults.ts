import { parseAmountText } from '../orders/amount.js';
import { REFERENCE_FORMS } from '../orders/reference-forms.js';

/** Faults that a caller switches on, beside those that a payment instrument triggers. */
interface Faults {
  readonly lookups: LookupFaults;
  readonly payments: PaymentFaults;
  readonly webhooks: WebhookFaults;
}

export interface LookupFaults {
  /** Only lookups of references with this prefix are disturbed; blank disturbs all. */
  readonly referencePrefix: string;
  readonly ignoreFilter: boolean;
  readonly hideMetadata: boolean;
  readonly answer500: boolean;
  readonly hideNewForMs: number;
}

export interface PaymentFaults {
  readonly answer401: boolean;
  readonly delayChargeMs: number;
  readonly delayAnswerMs: number;
  /** Names of `REFERENCE_FORMS`; references made by the gateway stay unchanged. */
  readonly rewriteReferences: readonly string[];
  readonly chargeInstead: string;
}

export interface WebhookFaults {
  readonly duplicate: number;
  readonly shuffle: boolean;
  readonly drop: readonly string[];
  readonly delayMs: number;
  readonly stampedAheadMs: number;
  readonly signedAgoMs: number;
  readonly signEachTry: boolean;
  /** The older envelope: no `object` inside `data`, `created` as ISO text. */
  readonly olderForm: boolean;
}

export interface FaultBoard {
  current(): Faults;
  /** Changes the named faults. Returns the broken rule, or null. */
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
