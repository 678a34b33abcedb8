import { rankOfRule, sentenceOf, type InputPath, type InputRuleId } from './input-rules.js';

export interface InputIssue {
  readonly path: InputPath;
  readonly rule: InputRuleId;
  readonly message: string;
}

export function toIssue(rule: InputRuleId, path: InputPath): InputIssue {
  return { path, rule, message: sentenceOf(rule, path) };
}

export type Check = readonly [rule: InputRuleId, path: InputPath, isBroken: boolean];

export function issuesOf(checks: readonly Check[]): InputIssue[] {
  return checks.flatMap(([rule, path, isBroken]) => (isBroken ? [toIssue(rule, path)] : []));
}

export interface FieldOrder {
  readonly fields: readonly string[];
  readonly entryFields: readonly string[];
}

/** Sorts by field, entry, the entry's field and rule. An issue found twice stays once. */
export function inOrder(issues: readonly InputIssue[], order: FieldOrder): InputIssue[] {
  const ranked = issues.map((issue) => ({ issue, ranks: toRanks(issue, order) }));
  ranked.sort((a, b) => compareRanks(a.ranks, b.ranks));
  return ranked.map(({ issue }) => issue).filter((issue, at, sorted) => !isSame(issue, sorted[at - 1]));
}

/** -1 stands where the path ends before, so that a list comes before its entries. */
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
