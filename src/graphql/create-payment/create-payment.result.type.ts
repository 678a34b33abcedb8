import { createUnionType, Extensions, Field, ObjectType } from 'type-graphql';
import { PaymentErrorType, RateLimitedType } from '../payment-error/payment-error.type.js';
import { PaymentType } from '../payment/payment.type.js';
import { DateTimeScalar } from '../scalars/date-time.scalar.js';

@ObjectType('CreatePaymentSuccess', {
  description:
    'The provider’s answer is known. That includes declines: the payment is FAILED then, and its `failure` says why.',
})
export class CreatePaymentSuccessType {
  @Field(() => PaymentType, { description: 'The payment as it stands. Look at its status, then at its action.' })
  payment!: PaymentType;

  @Field(() => Boolean, {
    description:
      'Whether this is the answer to an earlier call with the same key and input. Nothing new was charged then.',
  })
  replayed!: boolean;
}

@ObjectType('InputIssue', { description: 'One broken rule of the input.' })
export class InputIssueType {
  @Field(() => [String], {
    description:
      'Where it is, from the input object down: ["amount"], or ["priceDataList", "0", "unitAmount"] with indices ' +
      'from 0.',
  })
  path!: string[];

  @Field(() => String, {
    description: 'The id of the rule, for programs, such as `amount.precision`. Ids do not change.',
  })
  rule!: string;

  @Field(() => String, { description: 'The rule in English. It never shows the value.' })
  @Extensions({ maxBytes: 1_000 })
  message!: string;
}

@ObjectType('InvalidPaymentInput', {
  implements: PaymentErrorType,
  description: 'The input breaks rules. This call charged nothing and did not use the idempotency key.',
})
export class InvalidPaymentInputType extends PaymentErrorType {
  @Field(() => [InputIssueType], { description: 'Every broken rule, in the order of the input’s fields.' })
  issues!: InputIssueType[];
}

@ObjectType('IdempotencyConflict', {
  implements: PaymentErrorType,
  description:
    'The idempotency key stands for another payment. This call charged nothing. `retry` follows from what became of ' +
    'the payment that has the key.',
})
export class IdempotencyConflictType extends PaymentErrorType {
  @Field(() => PaymentType, {
    nullable: true,
    description: 'The payment that the key was used for. Null when it can’t be shown any more.',
  })
  payment!: PaymentType | null;
}

@ObjectType('PaymentRejected', {
  implements: PaymentErrorType,
  description: 'The provider refused the request as it is. Nothing was charged, and the key is spent.',
})
export class PaymentRejectedType extends PaymentErrorType {
  @Field(() => String, { nullable: true, description: 'The provider’s own code. Null when it gave none.' })
  providerCode!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The provider’s own words, in a language of its choice. Null when it gave none.',
  })
  @Extensions({ maxBytes: 1_000 })
  providerMessage!: string | null;

  @Field(() => PaymentType, { nullable: true, description: 'The failed payment. Null when none was recorded.' })
  payment!: PaymentType | null;
}

@ObjectType('PaymentOutcomeUnknown', {
  implements: PaymentErrorType,
  description:
    'The payer may have been charged, and the gateway is finding out. Do not create another payment for this.',
})
export class PaymentOutcomeUnknownType extends PaymentErrorType {
  @Field(() => PaymentType, { description: 'The payment in question. Query it by its id.' })
  payment!: PaymentType;

  @Field(() => DateTimeScalar, { description: 'When it is worth querying the payment again.' })
  checkAgainAt!: Date;
}

@ObjectType('ProviderUnavailable', {
  implements: PaymentErrorType,
  description:
    'The payment could not be attempted: this call certainly charged nothing. Where the code is STORE_UNAVAILABLE, ' +
    'an earlier call with the same key may have charged.',
})
export class ProviderUnavailableType extends PaymentErrorType {
  @Field(() => DateTimeScalar, {
    nullable: true,
    description:
      'When to try again with the same key. Null when the time is not known: wait a little longer each time.',
  })
  retryAfter!: Date | null;
}

export const CreatePaymentResultUnion = createUnionType({
  name: 'CreatePaymentResult',
  description:
    'Everything that createPayment can answer. Select `... on PaymentError` to handle members that are new to you. ' +
    'Some members may lack their `payment` or `retryAfter`. GraphQL wants an alias for those where you select ' +
    'several members at once.',
  types: () =>
    [
      CreatePaymentSuccessType,
      InvalidPaymentInputType,
      IdempotencyConflictType,
      PaymentRejectedType,
      PaymentOutcomeUnknownType,
      ProviderUnavailableType,
      RateLimitedType,
    ] as const,
});
export type CreatePaymentResult =
  | CreatePaymentSuccessType
  | InvalidPaymentInputType
  | IdempotencyConflictType
  | PaymentRejectedType
  | PaymentOutcomeUnknownType
  | ProviderUnavailableType
  | RateLimitedType;
