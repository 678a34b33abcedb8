import { Directive, Field, ObjectType } from 'type-graphql';
import { PaymentType } from '../payment/payment.type.js';

@ObjectType('PageInfo', { description: 'Where a page stands in its list.' })
@Directive('@shareable')
export class PageInfoType {
  @Field(() => Boolean, { description: 'Whether there are more after this page.' })
  hasNextPage!: boolean;

  @Field(() => Boolean, { description: 'Whether there may be some before this page: true where `after` was given.' })
  hasPreviousPage!: boolean;

  @Field(() => String, { nullable: true, description: 'The cursor of the first one here. Null on an empty page.' })
  startCursor!: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'The cursor of the last one here. Give it as `after` for the next page. Null on an empty page.',
  })
  endCursor!: string | null;
}

@ObjectType('PaymentEdge', { description: 'A payment and its place in the list.' })
export class PaymentEdgeType {
  @Field(() => String, {
    description: 'Where the payment stands in the list. Its form may change: keep it, do not read it.',
  })
  cursor!: string;

  @Field(() => PaymentType, { description: 'The payment.' })
  node!: PaymentType;
}

@ObjectType('PaymentConnection', { description: 'A page of payments, newest first.' })
export class PaymentConnectionType {
  @Field(() => [PaymentEdgeType], { description: 'The payments of this page with their cursors.' })
  edges!: PaymentEdgeType[];

  @Field(() => PageInfoType, { description: 'Where this page stands in the list.' })
  pageInfo!: PageInfoType;
}
