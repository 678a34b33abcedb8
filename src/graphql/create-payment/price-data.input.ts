import { Field, InputType, Int } from 'type-graphql';
import { BrokenWhen, RequiredTextRule, TextRule } from '../input/rule.decorator.js';
import { DecimalScalar } from '../scalars/decimal.scalar.js';
import { isLineName, isQuantity, isUnitAmount, type LineFields } from './rules/price-data.rules.js';
import { isKnownCurrency } from './rules/price.rules.js';
import { isImageUrl } from './rules/url.rules.js';

@InputType({
  description:
    'One line of what is bought. Beside a direct amount the lines must add up to it exactly; beside a priceId they are display data.',
})
export class PriceDataInput {
  @Field(() => String, {
    description: 'What it is, as the payer may see it: 1 to 255 characters. Line ends and tabs become a blank.',
  })
  @RequiredTextRule('priceDataList.invalid', isLineName)
  name!: string;

  @Field(() => DecimalScalar, {
    description: 'The price of one in major units, above zero, with no more decimals than its currency has.',
  })
  @RequiredTextRule('priceDataList.invalid', isUnitAmount)
  unitAmount!: string;

  @Field(() => Int, { defaultValue: 1, description: 'How many, from 1 to 1000000.' })
  @BrokenWhen<LineFields>('priceDataList.invalid', ({ quantity }) => !isQuantity(quantity))
  quantity!: number;

  @Field(() => String, {
    nullable: true,
    description:
      'ISO 4217 code in upper case. Leave it out for the currency of the payment; beside a direct amount no other is taken.',
  })
  @TextRule('currency.unknown', isKnownCurrency)
  currency?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'An https URL of a picture of it, of at most 2048 characters.',
  })
  @TextRule('priceDataList.invalid', isImageUrl)
  imageUrl?: string | null;
}
