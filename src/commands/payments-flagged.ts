import { readConfig } from '../config/config.js';
import { FLAG_REASONS, type FlaggedPayment } from '../payments/ports/reconciliation-store.js';
import { statusOf } from '../payments/model/payment.js';
import { systemClock } from '../shared/clock.js';
import { createLog } from '../shared/log/log.js';
import { readFlaggedPayments } from '../store/open-store.js';
import { takeNoArguments } from './arguments.js';
import { print, runCommand } from '../shared/command-output.js';

const USAGE = `Lists the payments that a person has to look at, the longest waiting first: npm run payments:flagged

It only reads. Exit code 0 where there are none, 3 where there are, 4 where the list can not be written, 1 where it
can not look.`;

async function listFlagged(): Promise<number> {
  takeNoArguments(USAGE);
  const { store } = readConfig();
  const embedded =
    store.databaseUrl === null ? (await import('../dev/embedded-store/pglite.database.js')).EMBEDDED_DATABASE : null;
  const flagged = await readFlaggedPayments({ ...store, embedded, clock: systemClock, log: createLog('warn') });
  print(flagged.length === 0 ? 'No payment needs a person.\n' : flagged.map(toText).join('\n'));
  return flagged.length === 0 ? 0 : 3;
}

function toText({ payment, reason, ambiguousOrderIds, otherOrderIds, flaggedAtMs }: FlaggedPayment): string {
  return [
    `${payment.id}  ${statusOf(payment)}  flagged ${new Date(flaggedAtMs).toISOString()}`,
    `  ${reason}: ${FLAG_REASONS[reason]}`,
    `  reference ${payment.merchantReferenceId}  order ${payment.orderId ?? 'not known'}`,
    ...(ambiguousOrderIds.length === 0 ? [] : [`  may be ${ambiguousOrderIds.join(', ')}`]),
    ...(otherOrderIds.length === 0 ? [] : [`  other orders ${otherOrderIds.join(', ')}`]),
    '',
  ].join('\n');
}

runCommand(listFlagged);
