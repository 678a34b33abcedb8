import { findCurrencyExponent, isCurrencyInUse } from '../../../payments/model/currency.js';
import {
  MAX_SIGNIFICANT_DIGITS,
  parseDecimal,
  significantDigits,
  type Decimal,
} from '../../../payments/model/decimal.js';
import { toMoney } from '../../../payments/model/money.js';
import type { CreatePaymentCommand } from '../../../payments/model/create-payment-command.js';
import { presentText } from '../../../shared/text.js';
import { issuesOf, type InputIssue } from '../../input/input-issue.js';

export interface PriceFields {
  readonly priceId?: string | null;
  readonly productId?: string | null;
  readonly amount?: string | null;
  readonly currency?: string | null;
}

type PriceForm = 'none' | 'catalogue' | 'direct' | 'mixed';

export interface ParsedPrice {
  readonly form: PriceForm;
  readonly currency: string | null;
  readonly amount: Decimal | null;
  /** Null where there are issues. */
  readonly price: CreatePaymentCommand['price'] | null;
  readonly issues: readonly InputIssue[];
}

export function parsePrice(input: PriceFields): ParsedPrice {
  const priceId = presentText(input.priceId);
  const productId = presentText(input.productId);
  const text = presentText(input.amount);
  const currency = presentText(input.currency);
  const form = formOf(priceId ?? productId, text ?? currency);
  const amount = text === null ? null : parseDecimal(text);
  const issues = issuesOf([
    ['price.exclusive', ['priceId'], form === 'mixed'],
    ['price.priceRequired', ['priceId'], form === 'catalogue' && priceId === null],
    ['price.productRequired', ['productId'], form === 'catalogue' && productId === null],
    ['price.required', ['amount'], form === 'none'],
    ['price.amountRequired', ['amount'], form === 'direct' && text === null],
    ['amount.invalid', ['amount'], text !== null && amount === null],
    ['amount.positive', ['amount'], amount !== null && !isPositive(amount)],
    ['amount.precision', ['amount'], amount !== null && !isExpressible(amount, currency)],
    ['price.currencyRequired', ['currency'], form === 'direct' && currency === null],
    ['currency.unknown', ['currency'], currency !== null && !isCurrencyInUse(currency)],
  ]);
  const price = issues.length > 0 ? null : (toCatalogue(priceId, productId) ?? toDirect(amount, currency));
  return { form, currency, amount, price, issues };
}

function formOf(catalogue: string | null, direct: string | null): PriceForm {
  if (catalogue !== null && direct !== null) return 'mixed';
  if (catalogue !== null) return 'catalogue';
  return direct === null ? 'none' : 'direct';
}

function toCatalogue(priceId: string | null, productId: string | null): ParsedPrice['price'] {
  return priceId === null || productId === null ? null : { kind: 'catalogue', priceId, productId };
}

function toDirect(amount: Decimal | null, currency: string | null): ParsedPrice['price'] {
  const money = amount === null || currency === null ? null : toMoney(amount, currency);
  return money && { kind: 'direct', money };
}

export function isPositive({ units }: Decimal): boolean {
  return units > 0n;
}

/**
 * Whether the provider can take the amount as it was written, trailing zeros included. Only the
 * digits count without a known currency.
 */
export function isExpressible(amount: Decimal, currency: string | null): boolean {
  const exponent = currency === null ? undefined : findCurrencyExponent(currency);
  return significantDigits(amount) <= MAX_SIGNIFICANT_DIGITS && (exponent === undefined || amount.scale <= exponent);
}
