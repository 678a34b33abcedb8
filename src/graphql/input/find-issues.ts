import { validateSync, type ValidationError } from 'class-validator';
import { rankOfRule, sentenceOf, type InputPath, type InputRuleId } from './input-rules.js';
import type { RuleContext } from './rule.decorator.js';

/** One broken rule, as the client is told it. */
export interface InputIssue {
  readonly path: InputPath;
  readonly rule: InputRuleId;
  readonly message: string;
}

/**
 * Judges an instance of an input class by the rules that decorate it: every broken one, each once for each place. Unordered.
 * What class-validator makes of it never leaves this function, as it holds the input.
 */
export function findIssues(input: object): InputIssue[] {
  const errors = validateSync(input, { skipMissingProperties: false, forbidUnknownValues: true });
  return errors.flatMap((error) => toIssues(error, []));
}

export function toIssue(rule: InputRuleId, path: InputPath): InputIssue {
  return { path, rule, message: sentenceOf(rule, path) };
}

/** The fields of an input in the order of the schema, and those of the entries of its lists. */
export interface FieldOrder {
  readonly fields: readonly string[];
  readonly entryFields: readonly string[];
}

/** Sorts by field, then by the entry's number and its field, then by the order of the rules. An issue found twice stays once. */
export function inOrder(issues: readonly InputIssue[], order: FieldOrder): InputIssue[] {
  const ranked = issues.map((issue) => ({ issue, ranks: toRanks(issue, order) }));
  ranked.sort((a, b) => compareRanks(a.ranks, b.ranks));
  return ranked.map(({ issue }) => issue).filter((issue, at, sorted) => !isSame(issue, sorted[at - 1]));
}

function toIssues({ property, target, contexts, children }: ValidationError, parents: InputPath): InputIssue[] {
  const path = [...parents, property];
  const broken = Object.values((contexts ?? {}) as Record<string, RuleContext>);
  const own = broken.flatMap(({ rule, findBreaches }) =>
    findBreaches(target ?? {}).map((below) => toIssue(rule, [...path, ...below])),
  );
  return [...own, ...(children ?? []).flatMap((child) => toIssues(child, path))];
}

/** Field, number of the entry, field of the entry, rule; -1 where the path ends before, so that a list comes before its entries. */
function toRanks({ path: [field = '', entry, entryField], rule }: InputIssue, order: FieldOrder): number[] {
  return [
    order.fields.indexOf(field),
    entry === undefined ? -1 : Number(entry),
    entryField === undefined ? -1 : order.entryFields.indexOf(entryField),
    rankOfRule(rule),
  ];
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  return a.map((rank, index) => rank - (b[index] ?? 0)).find((difference) => difference !== 0) ?? 0;
}

function isSame(issue: InputIssue, other: InputIssue | undefined): boolean {
  return issue.rule === other?.rule && issue.path.join('.') === other.path.join('.');
}
