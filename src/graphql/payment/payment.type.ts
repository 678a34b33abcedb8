import { Directive, Field, ID, ObjectType } from 'type-graphql';
import type { RetryAdvice } from '../../payments/model/errors.js';
import type { PaymentEventSource } from '../../payments/model/payment.js';
import type { PaymentMethodType } from '../../payments/model/payment-method.js';
import type { PaymentStatus } from '../../payments/model/status.js';
import { TAG_BACKOFFICE } from '../federation/access.directives.js';
import { listSizeOf } from '../limits/field-costs.js';
import { DateTimeScalar } from '../scalars/date-time.scalar.js';
import { CustomerType } from './customer.type.js';
import { MoneyType } from './money.type.js';
import { PaymentActionUnion, type FormPostType, type RedirectType, type WalletQrType } from './payment-action.type.js';
import { PaymentEventSourceEnum, PaymentMethodTypeEnum, PaymentStatusEnum, RetryAdviceEnum } from './payment.enums.js';
import { ProductType } from './product.type.js';

@ObjectType('PaymentFailure', { description: 'Why a payment failed.' })
export class PaymentFailureType {
  @Field(() => String, {
    description:
      'For programs: the provider’s code (`card_declined`) or one of the gateway’s own in upper case (`ACTION_LOST`).',
  })
  code!: string;

  @Field(() => String, { description: 'For people: what happened, in English.' })
  message!: string;

  @Field(() => RetryAdviceEnum, { description: 'What may be done about it.' })
  retry!: RetryAdvice;
}

@ObjectType('MetadataEntry', { description: 'One pair of the merchant’s own data.' })
export class MetadataEntryType {
  @Field(() => String, { description: 'The name that the merchant chose.' })
  key!: string;

  @Field(() => String, { description: 'The value that the merchant gave.' })
  value!: string;
}

@ObjectType('PaymentEvent', {
  description: 'One fact in the life of a payment. It is listed also when it came too late to change the status.',
})
export class PaymentEventType {
  @Field(() => ID, { description: 'The id of the event (`pev_…`).' })
  id!: string;

  @Field(() => PaymentStatusEnum, { description: 'The status that this fact speaks of.' })
  status!: PaymentStatus;

  @Field(() => PaymentEventSourceEnum, { description: 'Who brought the update.' })
  source!: PaymentEventSource;

  @Field(() => DateTimeScalar, { description: 'When it happened, by the provider’s clock where it told.' })
  occurredAt!: Date;

  @Field(() => String, { nullable: true, description: 'More about it, in English. Null when there is nothing to add.' })
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
    description: 'The provider’s id of the order. Null as long as the provider has not told it.',
  })
  orderId!: string | null;

  @Field(() => ID, {
    nullable: true,
    description: 'The provider’s id of the payment session. Null as long as the provider has not told it.',
  })
  sessionId!: string | null;

  @Field(() => PaymentStatusEnum, { description: 'Where the payment stands.' })
  status!: PaymentStatus;

  @Field(() => Boolean, {
    description: 'Whether there is nothing left to wait for: paid (refunds may still follow) or failed for good.',
  })
  terminal!: boolean;

  @Field(() => PaymentActionUnion, {
    nullable: true,
    description:
      'What the payer must do next. Null unless the status is REQUIRES_ACTION; null also then if the action got lost, which `failure` tells.',
  })
  action!: RedirectType | WalletQrType | FormPostType | null;

  @Field(() => MoneyType, {
    nullable: true,
    description:
      'What the provider charges, or what was asked for until it says. Null for a catalogue price that it has not priced yet.',
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
      'What the provider says that it charged, in the currency of the charge, before refunds. Null unless the payer was charged. Where nothing explains a difference to `amountRequested`, the operators are alarmed.',
  })
  amountCharged!: MoneyType | null;

  @Field(() => PaymentMethodTypeEnum, { description: 'The method that was asked for.' })
  paymentMethodType!: PaymentMethodType;

  @Field(() => ID, { nullable: true, description: 'The saved instrument that pays (`pi_…`). Null when none is known.' })
  paymentInstrumentId!: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'The reference that the provider shows for this payment: the merchant’s own, or the payment’s id where none was given.',
  })
  merchantReferenceId!: string | null;

  @Field(() => CustomerType, {
    nullable: true,
    description: 'The customer who pays. Null as long as the provider’s id of the customer is not known.',
  })
  customer!: CustomerType | null;

  @Field(() => ProductType, {
    nullable: true,
    description: 'What was paid for, where a price of the catalogue was. Null for an amount that was given directly.',
  })
  product!: ProductType | null;

  @Field(() => PaymentFailureType, {
    nullable: true,
    description: 'Why the payment failed, or what stands in its way. Null when nothing does.',
  })
  failure!: PaymentFailureType | null;

  @Field(() => [MetadataEntryType], { description: 'The merchant’s own data, as given when the payment was created.' })
  @Directive(TAG_BACKOFFICE)
  @Directive(listSizeOf('metadata'))
  metadata!: MetadataEntryType[];

  @Field(() => [PaymentEventType], { description: 'What happened so far, oldest first.' })
  @Directive(TAG_BACKOFFICE)
  @Directive(listSizeOf('timeline'))
  timeline!: PaymentEventType[];

  @Field(() => DateTimeScalar, { description: 'When the idempotency key was first used.' })
  createdAt!: Date;

  @Field(() => DateTimeScalar, { description: 'When the gateway last learned something about the payment.' })
  updatedAt!: Date;
}
