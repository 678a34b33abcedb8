import { GraphQLError } from 'graphql';
import { Arg, Ctx, Directive, ID, Resolver, Root, Subscription } from 'type-graphql';
import { PAYMENT_ERRORS } from '../../payments/model/errors.js';
import type { Payment } from '../../payments/model/payment.js';
import type { RequestContext } from '../context.js';
import { NEEDS_LOGIN, NEEDS_READ } from '../federation/field.directives.js';
import { PaymentType } from '../payment/payment.type.js';
import { toPaymentView } from '../payment/payment.view.js';

@Resolver()
export class PaymentSubscription {
  @Subscription(() => PaymentType, {
    subscribe: ({ args, context: { payments, caller, lease } }: SubscriptionRequest) => {
      const updates = payments.watchPayment(args.id, caller);
      return lease?.hold(updates) ?? updates;
    },
    description:
      'A payment as it stands, then again after every change, until it is terminal and the stream completes. A slow ' +
      'client gets the newest state, not each one in between. A payment that does not exist, or is another caller’s, ' +
      'gives one error with the code PAYMENT_NOT_FOUND.',
  })
  @Directive(NEEDS_LOGIN)
  @Directive(NEEDS_READ)
  paymentUpdated(
    @Arg('id', () => ID, { description: 'The id that createPayment answered with (`pay_…`).' }) _id: string,
    @Root() payment: Payment | null,
    @Ctx() { clock, requestId }: RequestContext,
  ): PaymentType {
    if (payment === null) throw paymentNotFound(requestId);
    return toPaymentView(payment, clock.now());
  }
}

interface SubscriptionRequest {
  readonly args: { readonly id: string };
  readonly context: RequestContext;
}

/** An error, not data: a stream of payments carries nothing else. */
function paymentNotFound(requestId: string): GraphQLError {
  const { message } = PAYMENT_ERRORS.PAYMENT_NOT_FOUND;
  return new GraphQLError(message, { extensions: { code: 'PAYMENT_NOT_FOUND', requestId } });
}
