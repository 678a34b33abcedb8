import { ArgsType, Field, Int } from 'type-graphql';
import type { PaymentListQuery } from '../../payments/ports/payment-list.js';
import { ArgumentRefusal } from '../errors/argument-refusal.js';
import { MAX_PAGE_SIZE } from '../limits/list-sizes.js';
import { parseCursor } from './payment-connection.cursor.js';
import { PaymentFilterInput, toPaymentFilter } from './payment-connection.filter.input.js';

export const DEFAULT_PAGE_SIZE = 20;

@ArgsType()
export class PaymentConnectionArgs {
  @Field(() => Int, {
    nullable: true,
    defaultValue: DEFAULT_PAGE_SIZE,
    description: 'How many at most: 1 to 100.',
  })
  first!: number | null;

  @Field(() => String, { nullable: true, description: 'The `endCursor` of the page before.' })
  after!: string | null | undefined;

  @Field(() => PaymentFilterInput, { nullable: true, description: 'Which payments. All where it is absent.' })
  filter!: PaymentFilterInput | null | undefined;
}

export function toListQuery({ first, after, filter }: PaymentConnectionArgs): PaymentListQuery {
  return {
    first: assertPageSize(first ?? DEFAULT_PAGE_SIZE),
    after: after === null || after === undefined ? null : parseCursor(after),
    filter: toPaymentFilter(filter),
  };
}

function assertPageSize(first: number): number {
  if (first < 1 || first > MAX_PAGE_SIZE)
    throw new ArgumentRefusal(`The argument "first" takes a number from 1 to ${MAX_PAGE_SIZE}.`);
  return first;
}
