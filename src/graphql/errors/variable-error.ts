import {
  coerceInputValue,
  getNamedType,
  getNullableType,
  isInputObjectType,
  isInputType,
  isListType,
  isNonNullType,
  print,
  typeFromAST,
  type GraphQLError,
  type GraphQLInputType,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type VariableDefinitionNode,
} from 'graphql';
import { INEXACT_NUMBER_REFUSAL, isInexactNumber } from '../input/inexact-number.js';

interface OperationVariables {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly values: Readonly<Record<string, unknown>>;
}

/** graphql-js stops there as well. A body has room for a hundred thousand, and each costs time. */
const MOST_PROBLEMS = 50;
const ENOUGH = new Error('as many problems as are answered');

/**
 * Says why variables were refused, without their values, which graphql-js prints. Coercing them
 * once more gives the sentences in the order of graphql-js's own errors.
 */
export function describeVariableErrors({ schema, operation, values }: OperationVariables): string[] {
  const sentences: string[] = [];
  const report = (sentence: string): void => {
    sentences.push(sentence);
    if (sentences.length === MOST_PROBLEMS) throw ENOUGH;
  };
  try {
    for (const definition of operation.variableDefinitions ?? []) {
      const type = typeFromAST(schema, definition.type);
      if (isInputType(type)) describeVariable({ definition, type, values }, report);
    }
  } catch (error) {
    if (error !== ENOUGH) throw error;
  }
  return sentences;
}

interface GivenVariable {
  readonly definition: VariableDefinitionNode;
  readonly type: GraphQLInputType;
  readonly values: OperationVariables['values'];
}

function describeVariable({ definition, type, values }: GivenVariable, report: (sentence: string) => void): void {
  const name = definition.variable.name.value;
  const value = Object.hasOwn(values, name) ? values[name] : undefined;
  const isDefaulted = value === undefined && definition.defaultValue !== undefined;
  if (isDefaulted || (value === undefined && !isNonNullType(type))) return;
  if (value === null || value === undefined) {
    if (isNonNullType(type)) report(`Variable "$${name}" of type "${print(definition.type)}" is required.`);
    return;
  }
  coerceInputValue(value, type, (path, refused, error) => {
    const place = [name, ...path].join('.');
    const problem = describeInexact(refused, typeAt(type, path)) ?? describeProblem(error, typeAt(type, path));
    report(`Variable "$${name}" is not valid at "${place}": ${problem}`);
  });
}

function describeInexact(refused: unknown, type: GraphQLInputType): string | null {
  const losesDigits = isInexactNumber(refused) && TYPES_OF_ANY_LENGTH.has(getNamedType(type).name);
  return losesDigits ? INEXACT_NUMBER_REFUSAL : null;
}

const TYPES_OF_ANY_LENGTH: ReadonlySet<string> = new Set(['ID', 'Decimal', 'String']);

const FIELD_REQUIRED = /^(Field "\w+" of required type "[\w![\]]+") was not provided\.$/;

function describeProblem({ message }: GraphQLError, type: GraphQLInputType): string {
  const required = FIELD_REQUIRED.exec(message)?.[1];
  if (required !== undefined) return `${required} was not provided.`;
  if (message.startsWith('Field "')) return `it has a field that type "${getNamedType(type).name}" does not define.`;
  return `expected type "${String(type)}".`;
}

function typeAt(type: GraphQLInputType, path: readonly (string | number)[]): GraphQLInputType {
  const [step, ...below] = path;
  if (step === undefined) return type;
  const holder = getNullableType(type);
  if (isListType(holder)) return typeAt(holder.ofType, typeof step === 'number' ? below : path);
  const field = isInputObjectType(holder) ? holder.getFields()[step] : undefined;
  return field === undefined ? type : typeAt(field.type, below);
}
