import { Arg, Ctx, Directive, Mutation, Resolver } from 'type-graphql';
import type { RequestContext } from '../context.js';
import { CALLS_PROVIDER, NEEDS_LOGIN, NEEDS_WRITE } from '../federation/field.directives.js';
import { CreatePaymentInput } from './create-payment.input.js';
import { CreatePaymentResultUnion, type CreatePaymentResult } from './create-payment.result.type.js';
import { toCreatePaymentResult, toInvalidInputResult } from './create-payment.view.js';
import { parseCreatePayment } from './parse-create-payment.js';

@Resolver()
export class CreatePaymentResolver {
  @Mutation(() => CreatePaymentResultUnion, {
    description:
      'Charges a saved payment instrument, at most once for each idempotency key. It is safe to call again with the ' +
      'same key and input: the first payment is answered again.',
  })
  @Directive(NEEDS_LOGIN)
  @Directive(NEEDS_WRITE)
  @Directive(CALLS_PROVIDER)
  async createPayment(
    @Arg('input', () => CreatePaymentInput, { description: 'What to charge, to whom and how.' })
    input: CreatePaymentInput,
    @Ctx() context: RequestContext,
  ): Promise<CreatePaymentResult> {
    const parsed = parseCreatePayment(input, context.caller, context);
    if ('issues' in parsed) return toInvalidInputResult(parsed.issues, context.requestId);
    const outcome = await context.payments.createPayment(parsed.command, context.caller);
    return toCreatePaymentResult(outcome, { requestId: context.requestId, nowMs: context.clock.now() });
  }
}
