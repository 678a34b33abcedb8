import { compileStatement } from '../database/statement.js';
import { flagWith } from '../flags/flag.fragment.js';

export const giveUpStatement = compileStatement(
  { id: 'text', state: 'text', awaited_states: 'text[]', age_ms: 'float8' },
  `
UPDATE payments AS p
   SET ${flagWith("'NO_OUTCOME_IN_TIME'")},
       reconcile_after = CASE WHEN p.lookup_asked_at IS NOT NULL THEN p.reconcile_after END
 WHERE id = :id AND state = :state AND state = ANY (:awaited_states)
   AND send_before + :age_ms * interval '1 millisecond' <= clock_timestamp()`,
);
