import type { OwnedId } from '../../payments/ports/payment-reads.js';
import { compileStatement, type ParamTypes, type Statement, type ValuesOf } from '../database/statement.js';
import { hashKey } from '../payments/key-hash.js';
import { selectPayment, STORED_EVENTS } from '../payments/select-payment.fragment.js';

function findBy<const Params extends ParamTypes>(
  params: Params,
  condition: string,
): (values: ValuesOf<Params>) => Statement {
  return compileStatement(
    params,
    `SELECT ${selectPayment(STORED_EVENTS)} FROM payments AS p WHERE ${condition} ORDER BY id`,
  );
}

const FIND_BY_ID = findBy({ id: 'text' }, 'id = :id');

export function findByIdStatement(id: string): Statement {
  return FIND_BY_ID({ id });
}

const FIND_BY_IDS = findBy({ ids: 'text[]', scopes: 'text[]' }, '(id, scope) IN (SELECT * FROM unnest(:ids, :scopes))');

/** Pair by pair, so that neither row nor timeline of another scope's payment is read. */
export function findByIdsStatement(owned: readonly OwnedId[]): Statement {
  return FIND_BY_IDS({ ids: owned.map(({ id }) => id), scopes: owned.map(({ scope }) => scope) });
}

const FIND_BY_ORDER_IDS = findBy(
  { scope: 'text', order_ids: 'text[]' },
  'scope = :scope AND order_id = ANY (:order_ids)',
);

export function findByOrderIdsStatement(scope: string, orderIds: readonly string[]): Statement {
  return FIND_BY_ORDER_IDS({ scope, order_ids: orderIds });
}

const FIND_BY_KEY = findBy({ scope: 'text', key_hash: 'text' }, 'scope = :scope AND idempotency_key_hash = :key_hash');

export function findByKeyStatement(scope: string, idempotencyKey: string): Statement {
  return FIND_BY_KEY({ scope, key_hash: hashKey(idempotencyKey) });
}
