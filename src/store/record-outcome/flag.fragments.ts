import { FLAG_REASONS } from '../../payments/ports/reconciliation-store.js';

const BY_GRAVITY = `ARRAY[${Object.keys(FLAG_REASONS)
  .map((reason) => `'${reason}'`)
  .join(', ')}]`;

/**
 * An assignment that flags the payment `p` for a reason (SQL that gives one, or null for none), unless it is flagged for a graver one.
 * Every flag is written by this; `alarmed_reason` stays behind then, and the reconciler raises the alarm.
 */
export function flagWith(reason: string): string {
  return `(flagged_reason, flagged_at)
         = (SELECT CASE WHEN is_graver THEN reason ELSE p.flagged_reason END,
                   CASE WHEN is_graver THEN clock_timestamp() ELSE p.flagged_at END
            FROM (SELECT ${reason} AS reason) AS given,
                 LATERAL (SELECT coalesce(array_position(${BY_GRAVITY}, reason)
                            < coalesce(array_position(${BY_GRAVITY}, p.flagged_reason), 1000), false) AS is_graver) AS decided)`;
}

/** A sorted list of texts with others added to it, each once; a null among them adds nothing. */
export function addedTo(list: string, ...texts: readonly string[]): string {
  return `ARRAY(SELECT DISTINCT entry COLLATE "C" FROM unnest(${list} || ARRAY[${texts.join(', ')}]) AS entry
                            WHERE entry IS NOT NULL ORDER BY 1)`;
}
