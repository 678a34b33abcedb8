import { STATE_RANKS, type PaymentState } from '../../src/payments/model/status.js';

export interface DatedState {
  readonly state: PaymentState;
  readonly providerTimeMs: number;
}

/** The order of states in TypeScript: an oracle for the merge, which the store does in SQL. */
export function overrules(update: DatedState, present: DatedState): boolean {
  const updateRank = STATE_RANKS[update.state];
  const presentRank = STATE_RANKS[present.state];
  if (updateRank !== presentRank) return updateRank > presentRank;
  if (updateRank !== STATE_RANKS.REQUIRES_ACTION) return false;
  if (update.providerTimeMs !== present.providerTimeMs) return update.providerTimeMs > present.providerTimeMs;
  return update.state === 'REQUIRES_ACTION' && present.state === 'PENDING';
}
