import type { RequestContext } from '../context.js';
import type { EntityReference } from '../federation/build-subgraph.js';
import type { PaymentType } from '../payment/payment.type.js';
import { toPaymentView } from '../payment/payment.view.js';

export async function resolvePaymentReference(
  { id, orderId }: EntityReference,
  context: RequestContext,
): Promise<PaymentType | null> {
  const { loaders, clock } = context;
  const paymentId = toId(id);
  const payment = paymentId === null ? await findByOrderId(toId(orderId), context) : await loaders.byId(paymentId);
  return payment === null ? null : toPaymentView(payment, clock.now());
}

function findByOrderId(orderId: string | null, { loaders }: RequestContext): ReturnType<typeof loaders.byOrderId> {
  return orderId === null ? Promise.resolve(null) : loaders.byOrderId(orderId);
}

function toId(given: unknown): string | null {
  if (typeof given === 'string') return given;
  return Number.isSafeInteger(given) ? String(given) : null;
}
