import { createUnionType, Field, ID, InterfaceType, ObjectType } from 'type-graphql';
import type { PaymentErrorCode, RetryAdvice } from '../../payments/model/errors.js';
import { PaymentErrorCodeEnum, RetryAdviceEnum } from '../payment/payment.enums.js';
import { PaymentType } from '../payment/payment.type.js';
import { DateTimeScalar } from '../scalars/date-time.scalar.js';

@ObjectType('CreatePaymentSuccess', {
  description:
    'The provider’s verdict is known. That includes declines: the payment is FAILED then, and its `failure` says why.',
})
export class CreatePaymentSuccessType {
  @Field(() => PaymentType, { description: 'The payment as it stands. Look at its status, then at its action.' })
  payment!: PaymentType;

  @Field(() => Boolean, {
    description:
      'Whether this is the answer to an earlier call with the same key and input; nothing new was charged then.',
  })
  replayed!: boolean;
}

@InterfaceType('PaymentError', { description: 'An expected refusal or failure: what it is, and what may be done.' })
export abstract class PaymentErrorType {
  @Field(() => PaymentErrorCodeEnum, { description: 'What went wrong, for programs.' })
  code!: PaymentErrorCode;

  @Field(() => String, { description: 'What went wrong, for people, in English. It never shows what was sent.' })
  message!: string;

  @Field(() => RetryAdviceEnum, { description: 'What to do next.' })
  retry!: RetryAdvice;

  @Field(() => ID, { description: 'The id of this request; name it when you ask for support.' })
  requestId!: string;
}

@ObjectType('InputIssue', { description: 'One broken rule of the input.' })
export class InputIssueType {
  @Field(() => [String], {
    description:
      'Where it is, from the input object down: ["amount"], or ["priceDataList", "0", "unitAmount"] with indices from 0.',
  })
  path!: string[];

  @Field(() => String, {
    description: 'The id of the rule, for programs, such as `amount.precision`. Ids do not change.',
  })
  rule!: string;

  @Field(() => String, { description: 'The rule in English. It never shows the value.' })
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
    'The idempotency key stands for another payment. This call charged nothing; `retry` follows from what became of the payment that has the key.',
})
export class IdempotencyConflictType extends PaymentErrorType {
  @Field(() => PaymentType, {
    nullable: true,
    description: 'The payment that the key was used for. Null when it can not be shown any more.',
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
    description: 'The provider’s own words, in whatever language. Null when it gave none.',
  })
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
  @Field(() => PaymentType, { description: 'The payment in question; query it by its id.' })
  payment!: PaymentType;

  @Field(() => DateTimeScalar, { description: 'When it is worth querying the payment again.' })
  checkAgainAt!: Date;
}

@ObjectType('ProviderUnavailable', {
  implements: PaymentErrorType,
  description:
    'The payment could not be attempted: this call certainly charged nothing. Where the code is STORE_UNAVAILABLE, an earlier call with the same key may have.',
})
export class ProviderUnavailableType extends PaymentErrorType {
  @Field(() => DateTimeScalar, {
    nullable: true,
    description: 'When to try again with the same key. Null when nobody knows: wait a little longer each time.',
  })
  retryAfter!: Date | null;
}

@ObjectType('RateLimited', {
  implements: PaymentErrorType,
  description: 'Too many calls in a short time. This call charged nothing.',
})
export class RateLimitedType extends PaymentErrorType {
  @Field(() => DateTimeScalar, { description: 'When to try again: createPayment with the same key.' })
  retryAfter!: Date;
}

export const CreatePaymentResultUnion = createUnionType({
  name: 'CreatePaymentResult',
  description:
    'Everything that createPayment can answer. Select `... on PaymentError` to handle what is new to you. Some members may lack their `payment` or `retryAfter`: GraphQL wants an alias for those where you select several members at once.',
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
