import { Extensions, Field, ID, InterfaceType, ObjectType } from 'type-graphql';
import type { PaymentErrorCode, RetryAdvice } from '../../payments/model/errors.js';
import { PaymentErrorCodeEnum, RetryAdviceEnum } from '../payment/payment.enums.js';
import { DateTimeScalar } from '../scalars/date-time.scalar.js';

@InterfaceType('PaymentError', { description: 'An expected refusal or failure: what it is, and what may be done.' })
export abstract class PaymentErrorType {
  @Field(() => PaymentErrorCodeEnum, { description: 'What went wrong, for programs.' })
  code!: PaymentErrorCode;

  @Field(() => String, { description: 'What went wrong, for people, in English. It never shows what was sent.' })
  @Extensions({ maxBytes: 1_000 })
  message!: string;

  @Field(() => RetryAdviceEnum, { description: 'What to do next.' })
  retry!: RetryAdvice;

  @Field(() => ID, { description: 'The id of this request. Name it when you ask for support.' })
  requestId!: string;
}

@ObjectType('RateLimited', {
  implements: PaymentErrorType,
  description: 'Too many calls came in a short time. This call charged nothing.',
})
export class RateLimitedType extends PaymentErrorType {
  @Field(() => DateTimeScalar, { description: 'When to try again: createPayment with the same key.' })
  retryAfter!: Date;
}

@ObjectType('PaymentNotFound', {
  implements: PaymentErrorType,
  description: 'There is no such payment, or it is another caller’s.',
})
export class PaymentNotFoundType extends PaymentErrorType {}
