import { Directive, Field, ID, ObjectType } from 'type-graphql';

@ObjectType('Customer', {
  description: 'A customer by the provider’s id. This service knows nothing else about customers.',
})
@Directive('@key(fields: "id", resolvable: false)')
export class CustomerType {
  @Field(() => ID, { description: 'The provider’s id of the customer (`cus_…`).' })
  id!: string;
}
