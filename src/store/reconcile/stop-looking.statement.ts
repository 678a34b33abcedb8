import { compileStatement } from '../database/statement.js';

export const stopLookingStatement = compileStatement(
  { id: 'text', state: 'text' },
  `
UPDATE payments SET reconcile_after = NULL WHERE id = :id AND state = :state AND lookup_asked_at IS NULL`,
);
