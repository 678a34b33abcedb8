import { classifyCustomer } from '../../payments/access/access-policy.js';
import type { Caller } from '../../payments/access/caller.js';
import { findIssues, inOrder, toIssue, type FieldOrder, type InputIssue } from '../input/find-issues.js';
import type { CreatePaymentInput } from './create-payment.input.js';
import { isAppUrl, isReturnUrl, originOf } from './rules/url.rules.js';

/** What the rules need to know besides the input. */
export interface ValidationOptions {
  /** Origins that a payer may come back to; empty means any https one. */
  readonly returnUrlOrigins: readonly string[];
  /** Schemes of apps that a payer may come back to, in lower case and without colon. */
  readonly returnUrlSchemes: readonly string[];
}

/** Writes the customer that the caller is into the input, then judges it by every rule, also whom the caller may pay for. */
export function judgeAsCaller(
  input: CreatePaymentInput,
  options: ValidationOptions & { readonly caller: Caller },
): InputIssue[] {
  const { referenceCustomerId, notAllowed } = classifyCustomer(input, options.caller);
  input.referenceCustomerId = referenceCustomerId;
  const refusals = notAllowed.map((field) => toIssue('customer.notYours', [field]));
  return inOrder([...validateInput(input, options), ...refusals], FIELD_ORDER);
}

/** Judges an input by every rule. All broken rules at once, in the order of the schema's fields; empty when the input is valid. */
export function validateInput(input: CreatePaymentInput, options: ValidationOptions): InputIssue[] {
  return inOrder([...findIssues(withFirstEntries(input)), ...checkReturnUrl(input, options)], FIELD_ORDER);
}

/** One more than any list may have, so that a list too long is still seen to be; what lies behind is not judged entry by entry. */
const MAX_JUDGED_ENTRIES = 101;

function withFirstEntries(input: CreatePaymentInput): CreatePaymentInput {
  const prototype = Object.getPrototypeOf(input) as object;
  return Object.assign(Object.create(prototype) as CreatePaymentInput, input, {
    priceDataList: input.priceDataList?.slice(0, MAX_JUDGED_ENTRIES),
    metadata: input.metadata?.slice(0, MAX_JUDGED_ENTRIES),
  });
}

/** Here and not at its field: what is a return URL depends on how the gateway is set up. */
function checkReturnUrl({ returnUrl }: CreatePaymentInput, options: ValidationOptions): InputIssue[] {
  const { returnUrlOrigins, returnUrlSchemes } = options;
  if (isAppUrl(returnUrl, returnUrlSchemes)) return [];
  if (!isReturnUrl(returnUrl)) return [toIssue('returnUrl.invalid', ['returnUrl'])];
  const isAllowed = returnUrlOrigins.length === 0 || returnUrlOrigins.includes(originOf(returnUrl));
  return isAllowed ? [] : [toIssue('returnUrl.notAllowed', ['returnUrl'])];
}

/** As the schema has them; a test compares. */
export const FIELD_ORDER: FieldOrder = {
  fields: [
    'idempotencyKey',
    'customerId',
    'customerEmail',
    'referenceCustomerId',
    'priceId',
    'productId',
    'amount',
    'currency',
    'paymentCurrency',
    'priceDataList',
    'paymentInstrumentId',
    'paymentMethodType',
    'returnUrl',
    'merchantReferenceId',
    'promotionCode',
    'metadata',
    'platformType',
    'deviceType',
  ],
  entryFields: ['name', 'unitAmount', 'quantity', 'currency', 'imageUrl', 'key', 'value'],
};
