import { ValidateNested } from 'class-validator';
import { Field, ID, InputType } from 'type-graphql';
import { isCurrencyInUse } from '../../payments/model/currency.js';
import { KEY_RETENTION_DAYS } from '../../payments/model/key-retention.js';
import type { PaymentMethodType } from '../../payments/model/payment-method.js';
import { isBlank, isPrintable } from '../../shared/text.js';
import { isIdempotencyKey } from '../input/idempotency-key.js';
import { RequiredTextRule, TextRule } from '../input/rule.decorator.js';
import { DeviceTypeEnum, PaymentMethodTypeEnum, PlatformTypeEnum } from '../payment/payment.enums.js';
import { DecimalScalar } from '../scalars/decimal.scalar.js';
import { MetadataEntryInput } from './metadata-entry.input.js';
import { PriceDataInput } from './price-data.input.js';
import { isEmailAddress, isReferenceFree, isReferenceShortEnough } from './rules/text.rules.js';

/** Rules over several fields are in parse-create-payment.ts. */
@InputType({
  description:
    'What to charge, to whom and how. A text of blanks counts as missing. Give at least one of customerId, ' +
    'customerEmail and referenceCustomerId. Give one form of price: priceId with productId, or amount with currency.',
})
export class CreatePaymentInput {
  @Field(() => ID, {
    description:
      'The name of this intent to charge: 16 to 255 visible ASCII characters, such as a UUID. Make it once for each ' +
      'intent and send it again with every retry: the payer is charged at most once for it. ' +
      `The key answers with its payment for ${KEY_RETENTION_DAYS} days, and with KEY_EXPIRED after that.`,
  })
  @RequiredTextRule('idempotencyKey.invalid', isIdempotencyKey)
  idempotencyKey!: string;

  @Field(() => ID, {
    nullable: true,
    description:
      'The provider’s id of the customer (`cus_…`). The other two identifiers, where given, are the same customer’s.',
  })
  @TextRule('text.tooLong', isReferenceShortEnough)
  @TextRule('text.invalid', isPrintable)
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
  @TextRule('text.invalid', isPrintable)
  referenceCustomerId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'A one-time price of the catalogue (`price_…`). productId goes with it.',
  })
  @TextRule('text.tooLong', isReferenceShortEnough)
  @TextRule('text.invalid', isPrintable)
  priceId?: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The product of the price (`prd_…`). It is required beside priceId.',
  })
  @TextRule('text.tooLong', isReferenceShortEnough)
  @TextRule('text.invalid', isPrintable)
  productId?: string | null;

  @Field(() => DecimalScalar, {
    nullable: true,
    description:
      'The amount to charge, in major units ("19.99" USD, "680" JPY). currency goes with it, priceId does not.',
  })
  amount?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The currency of amount: an ISO 4217 code in upper case. It is required beside amount only.',
  })
  currency?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The currency to charge in, where it is not that of the price: an ISO 4217 code in upper case.',
  })
  @TextRule('currency.unknown', isCurrencyInUse)
  paymentCurrency?: string | null;

  @Field(() => [PriceDataInput], { nullable: true, description: 'What is bought, line by line: at most 100 lines.' })
  @ValidateNested()
  priceDataList?: PriceDataInput[] | null;

  @Field(() => ID, { description: 'The saved instrument to charge (`pi_…`).' })
  @RequiredTextRule('id.blank', (id) => !isBlank(id))
  @TextRule('text.tooLong', isReferenceShortEnough)
  @TextRule('text.invalid', isPrintable)
  paymentInstrumentId!: string;

  @Field(() => PaymentMethodTypeEnum, { description: 'The method that the instrument pays by.' })
  paymentMethodType!: PaymentMethodType;

  @Field(() => String, {
    description:
      'Where the payer’s browser comes back to after an action: an absolute https URL (http for a loopback host) of ' +
      'at most 2048 characters, or a URL of an app’s scheme that the gateway is set up for. ' +
      'The payer’s return proves nothing: query the payment.',
  })
  returnUrl!: string;

  @Field(() => String, {
    nullable: true,
    description:
      'Your own reference of this payment, for reconciliation. The payment’s id stands in for an absent one, so ' +
      '`pay_` with 32 hexadecimal digits is reserved.',
  })
  @TextRule('merchantReferenceId.reserved', isReferenceFree)
  @TextRule('text.tooLong', isReferenceShortEnough)
  @TextRule('text.invalid', isPrintable)
  merchantReferenceId?: string | null;

  @Field(() => String, { nullable: true, description: 'A promotion code of the provider to apply.' })
  @TextRule('text.tooLong', isReferenceShortEnough)
  @TextRule('text.invalid', isPrintable)
  promotionCode?: string | null;

  @Field(() => [MetadataEntryInput], {
    nullable: true,
    description: 'Your own data to keep with the payment: at most 19 entries with different keys.',
  })
  @ValidateNested()
  metadata?: MetadataEntryInput[] | null;

  @Field(() => PlatformTypeEnum, { nullable: true, description: 'The kind of page that the payer is on, if known.' })
  platformType?: 'WEB' | 'WAP' | null;

  @Field(() => DeviceTypeEnum, { nullable: true, description: 'The system of the payer’s device, if known.' })
  deviceType?: 'ANDROID' | 'IOS' | null;
}
