import { Arg, Ctx, Directive, Mutation, Resolver } from 'type-graphql';
import type { RequestContext } from '../context.js';
import { CALLS_PROVIDER, NEEDS_LOGIN, NEEDS_WRITE } from '../federation/access.directives.js';
import { toCommand } from './create-payment.command.js';
import { CreatePaymentInput } from './create-payment.input.js';
import { CreatePaymentResultUnion, type CreatePaymentResult } from './create-payment.result.type.js';
import { judgeAsCaller } from './create-payment.validation.js';
import { toCreatePaymentResult, toInvalidInputResult } from './create-payment.view.js';

@Resolver()
export class CreatePaymentResolver {
  @Mutation(() => CreatePaymentResultUnion, {
    description:
      'Charges a saved payment instrument, at most once for each idempotency key. Safe to call again with the same key and input: the first payment is answered again.',
  })
  @Directive(NEEDS_LOGIN)
  @Directive(NEEDS_WRITE)
  @Directive(CALLS_PROVIDER)
  async createPayment(
    @Arg('input', () => CreatePaymentInput, { description: 'What to charge, to whom and how.' })
    input: CreatePaymentInput,
    @Ctx() context: RequestContext,
  ): Promise<CreatePaymentResult> {
    const { requestId, clock, caller } = context;
    const issues = judgeAsCaller(input, context);
    if (issues.length > 0) return toInvalidInputResult(issues, { requestId, nowMs: clock.now() });
    const outcome = await context.payments.createPayment(toCommand(input), caller);
    return toCreatePaymentResult(outcome, { requestId, nowMs: clock.now() });
  }
}
