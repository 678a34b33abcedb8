import { FLAG_REASONS } from '../../payments/ports/reconciliation-store.js';

const BY_GRAVITY = `ARRAY[${Object.keys(FLAG_REASONS)
  .map((reason) => `'${reason}'`)
  .join(', ')}]`;
const gravityOf = (reason: string): string => `array_position(${BY_GRAVITY}, ${reason})`;
const LEAST_GRAVE = 1_000;

/**
 * Flags `p` for a reason (SQL; null for none) unless its flag is graver. Only this assignment
 * writes flags; what differs from `alarmed_reason` then is alarmed by the reconciler.
 */
export function flagWith(reason: string): string {
  return `(flagged_reason, flagged_at)
         = (SELECT CASE WHEN is_graver THEN reason ELSE p.flagged_reason END,
                   CASE WHEN is_graver THEN clock_timestamp() ELSE p.flagged_at END
              FROM (SELECT ${reason} AS reason) AS given,
                   LATERAL (SELECT coalesce(
                              ${gravityOf('reason')} < coalesce(${gravityOf('p.flagged_reason')}, ${LEAST_GRAVE}),
                              false) AS is_graver) AS decided)`;
}

export function addedTo(list: string, ...texts: readonly string[]): string {
  return `ARRAY(SELECT DISTINCT entry COLLATE "C" FROM unnest(${list} || ARRAY[${texts.join(', ')}]) AS entry
                            WHERE entry IS NOT NULL ORDER BY 1)`;
}
