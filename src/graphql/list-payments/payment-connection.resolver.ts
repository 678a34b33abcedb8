import { Args, Ctx, Directive, Query, Resolver } from 'type-graphql';
import type { ListedPayment, PaymentPage } from '../../payments/ports/payment-list.js';
import type { RequestContext } from '../context.js';
import { NEEDS_LOGIN, NEEDS_READ, pageSize, TAG_BACKOFFICE } from '../federation/field.directives.js';
import { fill } from '../payment/fill.js';
import { DEFAULT_PAGE_SIZE, PaymentConnectionArgs, toListQuery } from './payment-connection.args.js';
import { toCursor } from './payment-connection.cursor.js';
import { PageInfoType, PaymentConnectionType, PaymentEdgeType } from './payment-connection.type.js';
import { toPaymentView } from '../payment/payment.view.js';

@Resolver()
export class PaymentConnectionResolver {
  @Query(() => PaymentConnectionType, {
    description: 'Your own payments, newest first, a page at a time. New ones do not shift the pages that follow.',
  })
  @Directive(NEEDS_LOGIN)
  @Directive(NEEDS_READ)
  @Directive(TAG_BACKOFFICE)
  @Directive(pageSize({ assumed: DEFAULT_PAGE_SIZE, by: 'first', items: 'edges' }))
  async payments(
    @Args(() => PaymentConnectionArgs) args: PaymentConnectionArgs,
    @Ctx() { payments, caller, clock }: RequestContext,
  ): Promise<PaymentConnectionType> {
    const query = toListQuery(args);
    const page = await payments.find.page(query, caller);
    return toConnection(page, { isFirst: query.after === null, nowMs: clock.now() });
  }
}

interface PageOptions {
  readonly isFirst: boolean;
  readonly nowMs: number;
}

function toConnection({ entries, hasMore }: PaymentPage, { isFirst, nowMs }: PageOptions): PaymentConnectionType {
  const edges = entries.map((entry) => toEdge(entry, nowMs));
  return fill(new PaymentConnectionType(), {
    edges,
    pageInfo: fill(new PageInfoType(), {
      hasNextPage: hasMore,
      hasPreviousPage: !isFirst,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    }),
  });
}

function toEdge({ payment, position }: ListedPayment, nowMs: number): PaymentEdgeType {
  return fill(new PaymentEdgeType(), { cursor: toCursor(position), node: toPaymentView(payment, nowMs) });
}
