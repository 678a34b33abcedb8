/** `{field}` in the sentence stands for the path of the field. The value is never shown. */
interface InputRule {
  readonly sentence: string;
  readonly appliesTo: string;
}

/** A test holds docs/input-rules.md equal to it. */
export const INPUT_RULES = {
  'idempotencyKey.invalid': {
    sentence: 'idempotencyKey must have 16 to 255 visible ASCII characters.',
    appliesTo: 'idempotencyKey',
  },
  'customer.identifierRequired': {
    sentence: 'Give at least one of customerId, customerEmail and referenceCustomerId.',
    appliesTo: 'customerId',
  },
  'customer.notYours': {
    sentence: '{field} must be left out: your access token says which customer the payment is for.',
    appliesTo: 'customerId, customerEmail, referenceCustomerId',
  },
  'email.invalid': {
    sentence: 'customerEmail must be an e-mail address of at most 254 characters.',
    appliesTo: 'customerEmail',
  },
  'price.required': {
    sentence: 'Give a price: either priceId with productId, or amount with currency.',
    appliesTo: 'amount',
  },
  'price.exclusive': {
    sentence: 'Give one form of price only: either priceId with productId, or amount with currency.',
    appliesTo: 'priceId',
  },
  'price.productRequired': { sentence: 'productId is required beside priceId.', appliesTo: 'productId' },
  'price.priceRequired': { sentence: 'priceId is required beside productId.', appliesTo: 'priceId' },
  'price.currencyRequired': { sentence: 'currency is required beside amount.', appliesTo: 'currency' },
  'price.amountRequired': { sentence: 'amount is required beside currency.', appliesTo: 'amount' },
  'amount.invalid': {
    sentence: 'amount must be a plain decimal such as 19.99, without exponent, plus sign, leading zero or blanks.',
    appliesTo: 'amount',
  },
  'amount.positive': { sentence: 'amount must be greater than zero.', appliesTo: 'amount' },
  'amount.precision': {
    sentence: 'amount must have at most 15 digits and no more decimals than ISO 4217 gives its currency.',
    appliesTo: 'amount',
  },
  'currency.unknown': {
    sentence: '{field} must be an ISO 4217 currency code in upper case.',
    appliesTo: 'currency, paymentCurrency, priceDataList.N.currency',
  },
  'priceDataList.invalid': {
    sentence:
      '{field} breaks the rules of price lines: at most 100 lines, each with a name of 1 to 255 characters without ' +
      'control characters (line ends and tabs become a blank), a unitAmount above zero of at most 15 digits that its ' +
      'currency can express, a quantity from 1 to 1000000, and an https imageUrl of at most 2048 characters or none. ' +
      'Leave lines of zero out; for a discount, lower the unitAmounts until they add up, or send amount without lines.',
    appliesTo: 'priceDataList and the fields of its lines',
  },
  'priceDataList.currencyMismatch': {
    sentence: '{field} must be the currency of the payment, or be left out.',
    appliesTo: 'priceDataList.N.currency',
  },
  'priceDataList.totalMismatch': {
    sentence: 'The lines of priceDataList, each unitAmount times its quantity, must add up to amount exactly.',
    appliesTo: 'priceDataList',
  },
  'returnUrl.invalid': {
    sentence:
      'returnUrl must be an absolute https URL (http only for a loopback host, an app’s scheme only where this ' +
      'gateway lists it) of at most 2048 characters once percent-encoded, without credentials, blanks, backslashes, ' +
      'control characters or marks that turn the writing direction.',
    appliesTo: 'returnUrl',
  },
  'returnUrl.notAllowed': {
    sentence: 'returnUrl must have one of the origins that this gateway is set up to return payers to.',
    appliesTo: 'returnUrl',
  },
  'metadata.tooMany': { sentence: 'metadata must have at most 19 entries.', appliesTo: 'metadata' },
  'metadata.keyBlank': { sentence: '{field} must not be blank.', appliesTo: 'metadata.N.key' },
  'metadata.keyTooLong': { sentence: '{field} must have at most 40 characters.', appliesTo: 'metadata.N.key' },
  'metadata.duplicateKey': { sentence: '{field} must differ from every key before it.', appliesTo: 'metadata.N.key' },
  'metadata.reservedKey': {
    sentence: '{field} must not start with gateway_ (in any case, or behind blanks): such keys are the gateway’s own.',
    appliesTo: 'metadata.N.key',
  },
  'metadata.valueTooLong': { sentence: '{field} must have at most 500 characters.', appliesTo: 'metadata.N.value' },
  'merchantReferenceId.reserved': {
    sentence:
      'merchantReferenceId must not be pay_ and 32 hexadecimal digits (in any case): such references are the ' +
      'gateway’s own.',
    appliesTo: 'merchantReferenceId',
  },
  'id.blank': { sentence: '{field} must not be blank.', appliesTo: 'paymentInstrumentId' },
  'text.tooLong': {
    sentence: '{field} must have at most 255 characters.',
    appliesTo:
      'customerId, referenceCustomerId, priceId, productId, paymentInstrumentId, merchantReferenceId, promotionCode',
  },
  'text.invalid': {
    sentence:
      '{field} must not contain control characters (line ends and tabs are taken in a metadata value only) or ' +
      'unpaired surrogates.',
    appliesTo: 'the fields of text.tooLong, metadata.N.key, metadata.N.value',
  },
} as const satisfies Record<string, InputRule>;

export type InputRuleId = keyof typeof INPUT_RULES;

/** From the input object down: `['priceDataList', '0', 'unitAmount']`. */
export type InputPath = readonly string[];

export function sentenceOf(rule: InputRuleId, path: InputPath): string {
  return INPUT_RULES[rule].sentence.replace('{field}', path.join('.'));
}

const RULE_ORDER = Object.keys(INPUT_RULES);

export function rankOfRule(rule: InputRuleId): number {
  return RULE_ORDER.indexOf(rule);
}
