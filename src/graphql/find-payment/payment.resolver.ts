import { Arg, Ctx, Directive, ID, Query, Resolver } from 'type-graphql';
import type { Payment } from '../../payments/model/payment.js';
import type { RequestContext } from '../context.js';
import { NEEDS_LOGIN, NEEDS_READ, TAG_BACKOFFICE } from '../federation/field.directives.js';
import { isIdempotencyKey } from '../input/idempotency-key.js';
import { PaymentType } from '../payment/payment.type.js';
import { toPaymentView } from '../payment/payment.view.js';

@Resolver()
export class PaymentResolver {
  @Query(() => PaymentType, {
    nullable: true,
    description: 'A payment by the gateway’s id. Null when there is none, or when it is another caller’s.',
  })
  @Directive(NEEDS_LOGIN)
  @Directive(NEEDS_READ)
  async payment(
    @Arg('id', () => ID, { description: 'The id that createPayment answered with (`pay_…`).' }) id: string,
    @Ctx() context: RequestContext,
  ): Promise<PaymentType | null> {
    return toViewOrNull(await context.loaders.byId(id), context);
  }

  @Query(() => PaymentType, {
    nullable: true,
    description: 'A payment by the provider’s order id. Null when there is none, or when it is another caller’s.',
  })
  @Directive(NEEDS_LOGIN)
  @Directive(NEEDS_READ)
  @Directive(TAG_BACKOFFICE)
  async paymentByOrderId(
    @Arg('orderId', () => ID, { description: 'The provider’s id of the order.' }) orderId: string,
    @Ctx() context: RequestContext,
  ): Promise<PaymentType | null> {
    return toViewOrNull(await context.loaders.byOrderId(orderId), context);
  }

  @Query(() => PaymentType, {
    nullable: true,
    description:
      'What became of a createPayment call whose answer was lost. Null when the key has no payment so far. It is ' +
      'safe then to send the same input with the same key again.',
  })
  @Directive(NEEDS_LOGIN)
  @Directive(NEEDS_READ)
  async paymentByIdempotencyKey(
    @Arg('idempotencyKey', () => ID, { description: 'The key that createPayment was called with.' })
    idempotencyKey: string,
    @Ctx() context: RequestContext,
  ): Promise<PaymentType | null> {
    if (!isIdempotencyKey(idempotencyKey)) return null;
    return toViewOrNull(await context.payments.find.byIdempotencyKey(idempotencyKey, context.caller), context);
  }
}

function toViewOrNull(payment: Payment | null, { clock }: RequestContext): PaymentType | null {
  return payment === null ? null : toPaymentView(payment, clock.now());
}
