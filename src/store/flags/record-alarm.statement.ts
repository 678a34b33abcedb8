import { compileStatement } from '../database/statement.js';

export const recordAlarmStatement = compileStatement(
  { id: 'text', reason: 'text' },
  `
UPDATE payments SET alarmed_reason = :reason WHERE id = :id AND flagged_reason = :reason`,
);
