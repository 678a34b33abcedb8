import { ACCESS } from './access.mjs';
import { CLAIM } from './claim.mjs';
import { LOOKUPS } from './lookups.mjs';
import { MERGE } from './merge.mjs';
import { SEND } from './send.mjs';
import { WEBHOOKS } from './webhooks.mjs';

/**
 * Ways to break what the gateway promises, each of which a suite must see. `breaks`: the sentence that does not hold any more. `changes`: texts
 * to find in the file, each exactly once, and what takes their place. `suites`: those that must fail, and no more than are needed. `argued`: why a
 * mutation that survives breaks nothing.
 */
export const MUTATIONS = [...CLAIM, ...SEND, ...MERGE, ...LOOKUPS, ...WEBHOOKS, ...ACCESS];
