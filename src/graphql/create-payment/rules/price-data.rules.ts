import { isCurrencyInUse } from '../../../payments/model/currency.js';
import {
  addDecimals,
  decimalsEqual,
  multiplyDecimal,
  parseDecimal,
  toCanonicalText,
  type Decimal,
} from '../../../payments/model/decimal.js';
import type { PriceLine } from '../../../payments/model/create-payment-command.js';
import { isBlank, isLongerThan, isPrintable, presentText, toOneLine } from '../../../shared/text.js';
import { issuesOf, type Check, type InputIssue } from '../../input/input-issue.js';
import { isExpressible, isPositive, type ParsedPrice } from './price.rules.js';

export interface LineFields {
  readonly name: string;
  readonly unitAmount: string;
  readonly quantity: number;
  readonly currency?: string | null;
  readonly imageUrl?: string | null;
}

const MAX_LINES = 100;
const MAX_NAME_LENGTH = 255;
const MAX_QUANTITY = 1_000_000;

export function isLineName(text: string): boolean {
  const name = toOneLine(text);
  return !isBlank(name) && !isLongerThan(name, MAX_NAME_LENGTH) && isPrintable(name);
}

export function isQuantity(quantity: number): boolean {
  return Number.isInteger(quantity) && quantity >= 1 && quantity <= MAX_QUANTITY;
}

interface ParsedLines {
  readonly lines: readonly PriceLine[];
  readonly total: Decimal;
  readonly issues: readonly InputIssue[];
}

/** Checks what needs more than one field: amounts in their currency, and the list as a whole. */
export function parseLines(given: readonly LineFields[], price: ParsedPrice): ParsedLines {
  const parsed = given.map((line) => parseLine(line, price));
  const issues = issuesOf([
    ['priceDataList.invalid', ['priceDataList'], given.length > MAX_LINES],
    ...parsed.flatMap(({ isSound, hasOtherCurrency }, index): Check[] => [
      ['priceDataList.invalid', ['priceDataList', String(index), 'unitAmount'], !isSound],
      ['priceDataList.currencyMismatch', ['priceDataList', String(index), 'currency'], hasOtherCurrency],
    ]),
  ]);
  const totals = parsed.flatMap(({ total }) => (total === null ? [] : [total]));
  return {
    lines: parsed.flatMap(({ line }) => (line === null ? [] : [line])),
    total: totals.reduce(addDecimals, { units: 0n, scale: 0 }),
    issues,
  };
}

interface ParsedLine {
  readonly isSound: boolean;
  readonly hasOtherCurrency: boolean;
  readonly line: PriceLine | null;
  readonly total: Decimal | null;
}

function parseLine(given: LineFields, price: ParsedPrice): ParsedLine {
  const unitAmount = parseDecimal(given.unitAmount);
  const currency = presentText(given.currency);
  const hasOtherCurrency = isOtherCurrency(currency, price);
  if (unitAmount === null) return { isSound: false, hasOtherCurrency, line: null, total: null };
  return {
    isSound: isPositive(unitAmount) && isExpressible(unitAmount, currency ?? price.currency),
    hasOtherCurrency,
    line: {
      // One name at the provider has to be one fingerprint.
      name: toOneLine(given.name),
      unitAmount: toCanonicalText(unitAmount),
      quantity: given.quantity,
      currency,
      imageUrl: presentText(given.imageUrl),
    },
    total: isQuantity(given.quantity) ? multiplyDecimal(unitAmount, given.quantity) : null,
  };
}

/** Lines beside a catalogue price are display data. An unknown currency has a rule of its own. */
function isOtherCurrency(own: string | null, { form, currency }: ParsedPrice): boolean {
  if (form !== 'direct' || currency === null || !isCurrencyInUse(currency)) return false;
  return own !== null && own !== currency && isCurrencyInUse(own);
}

export function isTotalWrong({ lines, total }: ParsedLines, { amount, price }: ParsedPrice): boolean {
  return price?.kind === 'direct' && amount !== null && lines.length > 0 && !decimalsEqual(total, amount);
}
