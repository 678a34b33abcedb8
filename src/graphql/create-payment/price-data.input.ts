import { Field, InputType, Int } from 'type-graphql';
import { isCurrencyInUse } from '../../payments/model/currency.js';
import { RequiredTextRule, Rule, TextRule } from '../input/rule.decorator.js';
import { DecimalScalar } from '../scalars/decimal.scalar.js';
import { isLineName, isQuantity } from './rules/price-data.rules.js';
import { isImageUrl } from './rules/url.rules.js';

@InputType({
  description:
    'One line of what is bought. Beside a direct amount the lines add up to it exactly. Beside a priceId they are ' +
    'display data.',
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
  unitAmount!: string;

  @Field(() => Int, { defaultValue: 1, description: 'How many, from 1 to 1000000.' })
  @Rule('priceDataList.invalid', isQuantity)
  quantity!: number;

  @Field(() => String, {
    nullable: true,
    description:
      'An ISO 4217 code in upper case. An absent one stands for the currency of the payment, which is the only one ' +
      'that a direct amount allows.',
  })
  @TextRule('currency.unknown', isCurrencyInUse)
  currency?: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'An https URL of a picture of it, of at most 2048 characters.',
  })
  @TextRule('priceDataList.invalid', isImageUrl)
  imageUrl?: string | null;
}
