import { registerDecorator, validateSync, type ValidationError } from 'class-validator';
import { presentText } from '../../shared/text.js';
import { toIssue, type InputIssue } from './input-issue.js';
import type { InputPath, InputRuleId } from './input-rules.js';

type Fields<Property extends string, Value> = Partial<Record<Property, Value>>;

export function Rule<Value>(rule: InputRuleId, isKept: (value: Value) => boolean) {
  return <Property extends string>(prototype: Fields<Property, Value>, property: Property): void => {
    registerDecorator({
      name: rule,
      target: prototype.constructor,
      propertyName: property,
      validator: { validate: (value) => isKept(value as Value) },
    });
  };
}

export function TextRule(rule: InputRuleId, isKept: (text: string) => boolean) {
  return Rule<string | null | undefined>(rule, (given) => {
    const text = presentText(given);
    return text === null || isKept(text);
  });
}

export function RequiredTextRule(rule: InputRuleId, isKept: (text: string) => boolean) {
  return Rule<string | undefined>(rule, (text) => isKept(text ?? ''));
}

export function findIssues(input: object): InputIssue[] {
  const errors = validateSync(input, { skipMissingProperties: false, forbidUnknownValues: true });
  return errors.flatMap((error) => toIssues(error, []));
}

/** A ValidationError holds the input, so it never leaves this file. */
function toIssues({ property, constraints, children }: ValidationError, parents: InputPath): InputIssue[] {
  const path = [...parents, property];
  const broken = Object.keys(constraints ?? {}) as InputRuleId[];
  return [...broken.map((rule) => toIssue(rule, path)), ...(children ?? []).flatMap((child) => toIssues(child, path))];
}
