import type { RequestContext } from '../context.js';
import type { EntityReference } from '../federation/build-subgraph.js';
import type { PaymentType } from './payment.type.js';
import { toPaymentView } from './payment.view.js';

/** Finds a payment that another subgraph names by one of its keys; null where there is none that the caller may see. */
export async function resolvePaymentReference(
  { id, orderId }: EntityReference,
  context: RequestContext,
): Promise<PaymentType | null> {
  const { loaders, clock } = context;
  const payment = typeof id === 'string' ? await loaders.byId(id) : await findByOrderId(orderId, context);
  return payment === null ? null : toPaymentView(payment, clock.now());
}

function findByOrderId(orderId: unknown, { loaders }: RequestContext): ReturnType<typeof loaders.byOrderId> {
  return typeof orderId === 'string' ? loaders.byOrderId(orderId) : Promise.resolve(null);
}
