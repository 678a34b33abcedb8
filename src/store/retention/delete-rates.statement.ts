import { compileStatement } from '../database/statement.js';

export const deleteRatesStatement = compileStatement(
  { begun_before: 'timestamptz' },
  `
DELETE FROM rate_windows
 WHERE subject IN (SELECT subject FROM rate_windows
                    WHERE window_start < :begun_before LIMIT 1000 FOR UPDATE SKIP LOCKED)
RETURNING subject`,
);
