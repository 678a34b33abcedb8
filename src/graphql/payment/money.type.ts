import { Directive, Field, ObjectType } from 'type-graphql';
import { CurrencyCodeScalar } from '../scalars/currency-code.scalar.js';
import { DecimalScalar } from '../scalars/decimal.scalar.js';

@ObjectType('Money', { description: 'An amount of money in one currency.' })
@Directive('@shareable')
export class MoneyType {
  @Field(() => DecimalScalar, {
    description: 'The amount in major units with all decimals of its currency: "19.99" USD, "680" JPY, "1.500" KWD.',
  })
  amount!: string;

  @Field(() => CurrencyCodeScalar, { description: 'The currency of the amount.' })
  currency!: string;
}
