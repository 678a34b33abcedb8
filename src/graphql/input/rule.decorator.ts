import { registerDecorator } from 'class-validator';
import { INPUT_RULES, type InputPath, type InputRuleId } from './input-rules.js';
import { presentText } from './text.js';

/** Finds where below the decorated field a rule is broken: `[]` is the field itself, `['0', 'key']` the key of its first entry. */
export type FindBreaches<Input> = (input: Input) => readonly InputPath[];

/** What class-validator keeps with a broken rule, so that it can be told as an issue. */
export interface RuleContext {
  readonly rule: InputRuleId;
  readonly findBreaches: FindBreaches<object>;
}

/** A rule over a list: breaks at each place that is found. */
export function BrokenAt<Input extends object>(rule: InputRuleId, findBreaches: FindBreaches<Input>) {
  return (prototype: Input, property: string): void => {
    // The decorator's own type check makes sure that only an Input gets here.
    const context: RuleContext = { rule, findBreaches: findBreaches as FindBreaches<object> };
    registerDecorator({
      name: rule,
      target: prototype.constructor,
      propertyName: property,
      options: { message: INPUT_RULES[rule].sentence, context },
      validator: { validate: (_value, found) => found === undefined || isKept(context, found.object) },
    });
  };
}

/** A rule over several fields, told at the decorated one. */
export function BrokenWhen<Input extends object>(rule: InputRuleId, isBroken: (input: Input) => boolean) {
  return BrokenAt<Input>(rule, (input) => (isBroken(input) ? HERE : NOWHERE));
}

type TextFields<Property extends string> = Partial<Record<Property, string | null>>;

/** A rule over one text, judged where the text is there and not blank. */
export function TextRule(rule: InputRuleId, isKept: (text: string) => boolean) {
  return <Property extends string>(prototype: TextFields<Property>, property: Property): void => {
    BrokenWhen<TextFields<Property>>(rule, (input) => {
      const text = presentText(input[property]);
      return text !== null && !isKept(text);
    })(prototype, property);
  };
}

/** A rule over one required text: judged whatever it holds, also blanks. */
export function RequiredTextRule(rule: InputRuleId, isKept: (text: string) => boolean) {
  return <Property extends string>(prototype: TextFields<Property>, property: Property): void => {
    BrokenWhen<TextFields<Property>>(rule, (input) => !isKept(input[property] ?? ''))(prototype, property);
  };
}

const HERE: readonly InputPath[] = [[]];
const NOWHERE: readonly InputPath[] = [];

function isKept({ findBreaches }: RuleContext, input: object): boolean {
  return findBreaches(input).length === 0;
}
