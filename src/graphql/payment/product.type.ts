import { Directive, Field, ID, ObjectType } from 'type-graphql';

@ObjectType('Product', {
  description: 'A product of the provider’s catalogue by its id. This service knows nothing else about products.',
})
@Directive('@key(fields: "id", resolvable: false)')
export class ProductType {
  @Field(() => ID, { description: 'The provider’s id of the product (`prd_…`).' })
  id!: string;
}
