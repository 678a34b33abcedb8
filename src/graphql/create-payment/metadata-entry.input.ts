import { Field, InputType } from 'type-graphql';
import { isBlank, isPrintable, isPrintableBlock } from '../../shared/text.js';
import { RequiredTextRule, TextRule } from '../input/rule.decorator.js';
import { isKeyFree, isKeyShortEnough, isValueShortEnough } from './rules/metadata.rules.js';

@InputType({
  description: 'One pair of your own data, kept with the payment and shown in its `metadata`. No secrets, please.',
})
export class MetadataEntryInput {
  @Field(() => String, {
    description: 'A name of 1 to 40 characters, used once in the list. Names that start with `gateway_` are reserved.',
  })
  @RequiredTextRule('metadata.keyBlank', (key) => !isBlank(key))
  @TextRule('metadata.keyTooLong', isKeyShortEnough)
  @TextRule('metadata.reservedKey', isKeyFree)
  @TextRule('text.invalid', isPrintable)
  key!: string;

  @Field(() => String, {
    description: 'A value of at most 500 characters, which may be empty. Its line ends and tabs are kept.',
  })
  @TextRule('metadata.valueTooLong', isValueShortEnough)
  @RequiredTextRule('text.invalid', isPrintableBlock)
  value!: string;
}
