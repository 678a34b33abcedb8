import { Arg, Ctx, Directive, ID, Mutation, Resolver } from 'type-graphql';
import type { RequestContext } from '../context.js';
import { CALLS_PROVIDER, NEEDS_LOGIN, NEEDS_WRITE } from '../federation/field.directives.js';
import { RefreshWalletQrResultUnion, type RefreshWalletQrResult } from './refresh-wallet-qr.result.type.js';
import { toRefreshWalletQrResult } from './refresh-wallet-qr.view.js';

@Resolver()
export class RefreshWalletQrResolver {
  @Mutation(() => RefreshWalletQrResultUnion, {
    description:
      'Has a new QR code made for a Cash App payment whose code has expired. It charges no payer, and makes the code ' +
      'before worthless.',
  })
  @Directive(NEEDS_LOGIN)
  @Directive(NEEDS_WRITE)
  @Directive(CALLS_PROVIDER)
  async refreshWalletQr(
    @Arg('paymentId', () => ID, { description: 'The id that createPayment answered with (`pay_…`).' })
    paymentId: string,
    @Ctx() { payments, caller, requestId, clock }: RequestContext,
  ): Promise<RefreshWalletQrResult> {
    const outcome = await payments.refreshWalletQr(paymentId, caller);
    return toRefreshWalletQrResult(outcome, { requestId, nowMs: clock.now() });
  }
}
