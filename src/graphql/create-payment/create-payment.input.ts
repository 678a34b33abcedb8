import { ValidateNested } from 'class-validator';
import { Field, ID, InputType } from 'type-graphql';
import type { PaymentMethodType } from '../../payments/model/payment-method.js';
import { isIdempotencyKey } from '../input/idempotency-key.js';
import { BrokenAt, BrokenWhen, RequiredTextRule, TextRule } from '../input/rule.decorator.js';
import { isBlank, isStorable, presentText } from '../input/text.js';
import { DeviceTypeEnum, PaymentMethodTypeEnum, PlatformTypeEnum } from '../payment/payment.enums.js';
import { KEY_RETENTION_DAYS } from '../../payments/model/key-retention.js';
import { DecimalScalar } from '../scalars/decimal.scalar.js';
import { isEmailAddress, isReferenceFree, isReferenceShortEnough } from './rules/text.rules.js';
import { MetadataEntryInput } from './metadata-entry.input.js';
import { findDuplicateKeys, hasTooManyEntries } from './rules/metadata.rules.js';
import { PriceDataInput } from './price-data.input.js';
import { findInvalidLines, findOtherCurrencies, isTotalWrong } from './rules/price-data.rules.js';
import { isKnownCurrency, isPlainDecimal, isPositive, isTooPrecise, lacks, priceFormOf } from './rules/price.rules.js';

@InputType({
  description:
    'What to charge, to whom and how. Texts of blanks count as missing. Give at least one of customerId, customerEmail and referenceCustomerId, and one form of price: priceId with productId, or amount with currency.',
})
export class CreatePaymentInput {
  @Field(() => ID, {
    description: `Names this intent to charge: 16 to 255 visible ASCII characters, such as a UUID. Make it once for each intent and send it again with every retry: however often it is sent, the payer is charged at most once. It answers with its payment for ${KEY_RETENTION_DAYS} days, and with KEY_EXPIRED after that.`,
  })
  @RequiredTextRule('idempotencyKey.invalid', isIdempotencyKey)
  idempotencyKey!: string;

  @Field(() => ID, {
    nullable: true,
    description:
      'The provider’s id of the customer (`cus_…`). Where it is given, the other two must be the same customer’s.',
  })
  @BrokenWhen<CreatePaymentInput>('customer.identifierRequired', hasNoCustomer)
  @TextRule('text.tooLong', isReferenceShortEnough)
  @TextRule('text.invalid', isStorable)
  customerId?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The customer’s e-mail address, by which the provider finds or makes the customer. The gateway does not keep it.',
  })
  @TextRule('email.invalid', isEmailAddress)
  customerEmail?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Your own id of the customer, by which the provider finds, makes or links the customer.',
  })
  @TextRule('text.tooLong', isReferenceShortEnough)
  @TextRule('text.invalid', isStorable)
  referenceCustomerId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'A one-time price of the catalogue (`price_…`); productId goes with it.',
  })
  @BrokenWhen<CreatePaymentInput>('price.exclusive', (input) => priceFormOf(input) === 'mixed')
  @BrokenWhen<CreatePaymentInput>('price.priceRequired', lacks('catalogue', 'priceId'))
  @TextRule('text.tooLong', isReferenceShortEnough)
  @TextRule('text.invalid', isStorable)
  priceId?: string | null;

  @Field(() => ID, { nullable: true, description: 'The product of the price (`prd_…`); needed beside priceId.' })
  @BrokenWhen<CreatePaymentInput>('price.productRequired', lacks('catalogue', 'productId'))
  @TextRule('text.tooLong', isReferenceShortEnough)
  @TextRule('text.invalid', isStorable)
  productId?: string | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    description: 'What to charge, in major units ("19.99" USD, "680" JPY); currency goes with it. Not beside priceId.',
  })
  @BrokenWhen<CreatePaymentInput>('price.required', (input) => priceFormOf(input) === 'none')
  @BrokenWhen<CreatePaymentInput>('price.amountRequired', lacks('direct', 'amount'))
  @TextRule('amount.invalid', isPlainDecimal)
  @TextRule('amount.positive', isPositive)
  @BrokenWhen<CreatePaymentInput>('amount.precision', isTooPrecise)
  amount?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The currency of amount: an ISO 4217 code in upper case. Needed beside amount, not beside priceId.',
  })
  @BrokenWhen<CreatePaymentInput>('price.currencyRequired', lacks('direct', 'currency'))
  @TextRule('currency.unknown', isKnownCurrency)
  currency?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The currency to charge in, where it is another than that of the price: an ISO 4217 code in upper case.',
  })
  @TextRule('currency.unknown', isKnownCurrency)
  paymentCurrency?: string | null;

  @Field(() => [PriceDataInput], { nullable: true, description: 'What is bought, line by line: at most 100 lines.' })
  @ValidateNested()
  @BrokenAt<CreatePaymentInput>('priceDataList.invalid', findInvalidLines)
  @BrokenAt<CreatePaymentInput>('priceDataList.currencyMismatch', findOtherCurrencies)
  @BrokenWhen<CreatePaymentInput>('priceDataList.totalMismatch', isTotalWrong)
  priceDataList?: PriceDataInput[] | null;

  @Field(() => ID, { description: 'The saved instrument to charge (`pi_…`).' })
  @RequiredTextRule('id.blank', (id) => !isBlank(id))
  @TextRule('text.tooLong', isReferenceShortEnough)
  @TextRule('text.invalid', isStorable)
  paymentInstrumentId!: string;

  @Field(() => PaymentMethodTypeEnum, { description: 'The method that the instrument pays by.' })
  paymentMethodType!: PaymentMethodType;

  @Field(() => String, {
    description:
      'Where the payer’s browser comes back to after an action: an absolute https URL (http for a loopback host) of at most 2048 characters, or one of an app’s scheme that the gateway is set up for. Its coming back proves nothing: query the payment.',
  })
  returnUrl!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'Your own reference of this payment, for reconciliation. The payment’s id stands in for it when absent, so `pay_` and 32 hexadecimal digits are reserved.',
  })
  @TextRule('merchantReferenceId.reserved', isReferenceFree)
  @TextRule('text.tooLong', isReferenceShortEnough)
  @TextRule('text.invalid', isStorable)
  merchantReferenceId?: string | null;

  @Field(() => String, { nullable: true, description: 'A promotion code of the provider to apply.' })
  @TextRule('text.tooLong', isReferenceShortEnough)
  @TextRule('text.invalid', isStorable)
  promotionCode?: string | null;

  @Field(() => [MetadataEntryInput], {
    nullable: true,
    description: 'Your own data to keep with the payment: at most 19 entries with different keys.',
  })
  @ValidateNested()
  @BrokenWhen<CreatePaymentInput>('metadata.tooMany', hasTooManyEntries)
  @BrokenAt<CreatePaymentInput>('metadata.duplicateKey', findDuplicateKeys)
  metadata?: MetadataEntryInput[] | null;

  @Field(() => PlatformTypeEnum, { nullable: true, description: 'The kind of page that the payer is on, if known.' })
  platformType?: 'WEB' | 'WAP' | null;

  @Field(() => DeviceTypeEnum, { nullable: true, description: 'The system of the payer’s device, if known.' })
  deviceType?: 'ANDROID' | 'IOS' | null;
}

function hasNoCustomer({ customerId, customerEmail, referenceCustomerId }: CreatePaymentInput): boolean {
  return [customerId, customerEmail, referenceCustomerId].every((identifier) => presentText(identifier) === null);
}
