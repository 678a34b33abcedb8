import { Directive, Extensions, Field, ID, ObjectType } from 'type-graphql';
import type { RetryAdvice } from '../../payments/model/errors.js';
import type { PaymentEventSource } from '../../payments/model/payment.js';
import type { PaymentMethodType } from '../../payments/model/payment-method.js';
import type { PaymentStatus } from '../../payments/model/status.js';
import { listSize, TAG_BACKOFFICE } from '../federation/field.directives.js';
import { DateTimeScalar } from '../scalars/date-time.scalar.js';
import { CustomerType } from './customer.type.js';
import { MoneyType } from './money.type.js';
import { PaymentActionUnion, type FormPostType, type RedirectType, type WalletQrType } from './payment-action.type.js';
import { PaymentEventSourceEnum, PaymentMethodTypeEnum, PaymentStatusEnum, RetryAdviceEnum } from './payment.enums.js';
import { ProductType } from './product.type.js';

/** The length at which the provider's words are cut. */
const WORDS = { maxBytes: 1_000 };
/** 500 characters, each of four bytes. */
const METADATA_VALUE = { maxBytes: 2_000 };

@ObjectType('PaymentFailure', { description: 'Why a payment failed.' })
export class PaymentFailureType {
  @Field(() => String, {
    description:
      'For programs: the provider’s code (`card_declined`) or one of the gateway’s own in upper case (`ACTION_LOST`).',
  })
  code!: string;

  @Field(() => String, { description: 'For people: what happened, in English.' })
  @Extensions(WORDS)
  message!: string;

  @Field(() => RetryAdviceEnum, { description: 'What may be done about it.' })
  retry!: RetryAdvice;
}

@ObjectType('MetadataEntry', { description: 'One pair of the merchant’s own data.' })
export class MetadataEntryType {
  @Field(() => String, { description: 'The name that the merchant chose.' })
  key!: string;

  @Field(() => String, { description: 'The value that the merchant gave.' })
  @Extensions(METADATA_VALUE)
  value!: string;
}

@ObjectType('PaymentEvent', {
  description: 'One entry of a payment’s timeline. One that came too late to change the status is listed, too.',
})
export class PaymentEventType {
  @Field(() => ID, { description: 'The id of the event (`pev_…`).' })
  id!: string;

  @Field(() => PaymentStatusEnum, { description: 'The status that the event reports.' })
  status!: PaymentStatus;

  @Field(() => PaymentEventSourceEnum, { description: 'Who reported it.' })
  source!: PaymentEventSource;

  @Field(() => DateTimeScalar, {
    description: 'When it happened, by the provider’s clock where the provider gave the time.',
  })
  occurredAt!: Date;

  @Field(() => String, { nullable: true, description: 'More about it, in English. Null when there is nothing to add.' })
  @Extensions(WORDS)
  detail!: string | null;
}

@ObjectType('Payment', {
  description:
    'One intent to charge a payer, from the moment its idempotency key was first used. Payments are never deleted.',
})
@Directive('@key(fields: "id")')
@Directive('@key(fields: "orderId")')
export class PaymentType {
  @Field(() => ID, { description: 'The gateway’s id of the payment (`pay_…`).' })
  id!: string;

  @Field(() => ID, {
    nullable: true,
    description: 'The provider’s id of the order. Null until the provider has given it.',
  })
  orderId!: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The provider’s id of the payment session. Null until the provider has given it.',
  })
  sessionId!: string | null;

  @Field(() => PaymentStatusEnum, { description: 'Where the payment stands.' })
  status!: PaymentStatus;

  @Field(() => Boolean, {
    description:
      'Whether the payment is paid (refunds may still follow) or failed for good: there is nothing left to wait for.',
  })
  terminal!: boolean;

  @Field(() => PaymentActionUnion, {
    nullable: true,
    description:
      'What the payer must do next. Null unless the status is REQUIRES_ACTION. Null then, too, if the action got ' +
      'lost, which `failure` says.',
  })
  action!: RedirectType | WalletQrType | FormPostType | null;

  @Field(() => MoneyType, {
    nullable: true,
    description:
      'What the provider charges, or what was asked for until the provider says. Null for a catalogue price that it ' +
      'has not priced yet.',
  })
  amount!: MoneyType | null;

  @Field(() => MoneyType, {
    nullable: true,
    description: 'What the caller asked to charge. Null for a catalogue price, which the provider knows.',
  })
  amountRequested!: MoneyType | null;

  @Field(() => MoneyType, {
    nullable: true,
    description:
      'What the provider says that it charged, in the currency of the charge, before refunds. Null unless the payer ' +
      'was charged. Where nothing explains a difference to `amountRequested`, the operators are alarmed.',
  })
  amountCharged!: MoneyType | null;

  @Field(() => PaymentMethodTypeEnum, { description: 'The method that was asked for.' })
  paymentMethodType!: PaymentMethodType;

  @Field(() => ID, {
    nullable: true,
    description: 'The saved instrument that pays (`pi_…`). Null when it is not known.',
  })
  paymentInstrumentId!: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The reference that the provider shows for this payment: the merchant’s own, or the payment’s id where none ' +
      'was given.',
  })
  merchantReferenceId!: string | null;

  @Field(() => CustomerType, {
    nullable: true,
    description: 'The customer who pays. Null until the provider’s id of the customer is known.',
  })
  customer!: CustomerType | null;

  @Field(() => ProductType, {
    nullable: true,
    description: 'The product of a catalogue price. Null for an amount that was given directly.',
  })
  product!: ProductType | null;

  @Field(() => PaymentFailureType, {
    nullable: true,
    description: 'Why the payment failed, or what stands in its way. Null when nothing does.',
  })
  failure!: PaymentFailureType | null;

  @Field(() => [MetadataEntryType], { description: 'The merchant’s own data, as given when the payment was created.' })
  @Directive(TAG_BACKOFFICE)
  @Directive(listSize(19))
  metadata!: MetadataEntryType[];

  @Field(() => [PaymentEventType], { description: 'What has happened so far, oldest first.' })
  @Directive(TAG_BACKOFFICE)
  @Directive(listSize(8))
  timeline!: PaymentEventType[];

  @Field(() => DateTimeScalar, { description: 'When the idempotency key was first used.' })
  createdAt!: Date;

  @Field(() => DateTimeScalar, { description: 'When the payment was last updated.' })
  updatedAt!: Date;
}
