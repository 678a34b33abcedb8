import { gatewayPaymentIdOf, type HostedStep, type Order } from './order.js';

export class OrderBook {
  private orders: Order[] = [];
  private readonly byId = new Map<string, Order>();
  private readonly byToken = new Map<string, Order>();
  private readonly byReference = new Map<string, Order[]>();
  private readonly byCustomer = new Map<string, Order[]>();
  private readonly byGatewayPaymentId = new Map<string, Order[]>();

  add(order: Order): void {
    this.orders.push(order);
    this.byId.set(order.orderId, order);
    if (order.step !== null) this.byToken.set(order.step.token, order);
    append(this.byReference, order.request.merchantReferenceId, order);
    append(this.byCustomer, order.request.customer.customerId, order);
    append(this.byGatewayPaymentId, gatewayPaymentIdOf(order), order);
  }

  replaceStep(order: Order, step: HostedStep): void {
    if (order.step !== null) this.byToken.delete(order.step.token);
    this.byToken.set(step.token, order);
    order.step = step;
  }

  find(orderId: string): Order | null {
    return this.byId.get(orderId) ?? null;
  }

  findByToken(token: string): Order | null {
    return this.byToken.get(token) ?? null;
  }

  list(): readonly Order[] {
    return this.orders;
  }

  listByReference(merchantReferenceId: string): readonly Order[] {
    return this.byReference.get(merchantReferenceId) ?? [];
  }

  listByCustomer(customerId: string): readonly Order[] {
    return this.byCustomer.get(customerId) ?? [];
  }

  listByGatewayPaymentId(gatewayPaymentId: string): readonly Order[] {
    return this.byGatewayPaymentId.get(gatewayPaymentId) ?? [];
  }

  clear(): void {
    this.orders = [];
    const indexes = [this.byId, this.byToken, this.byReference, this.byCustomer, this.byGatewayPaymentId];
    for (const index of indexes) index.clear();
  }
}

function append(index: Map<string, Order[]>, key: string | null, order: Order): void {
  if (key === null) return;
  const orders = index.get(key);
  if (orders === undefined) index.set(key, [order]);
  else orders.push(order);
}
