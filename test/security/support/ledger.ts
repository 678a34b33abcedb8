import { readLedger, type LedgerEntry } from '../../support/graphql-client.js';

/** What a provider was made to do, oldest first: the sandbox's orders, or what a fake provider was asked for. */
export type ReadLedger<Entry> = () => readonly Entry[] | Promise<readonly Entry[]>;

/** Every order of the sandbox with its status and the time of its charge, also those that nobody has paid. */
export async function ordersAt(sandboxUrl: string): Promise<readonly LedgerEntry[]> {
  return (await readLedger(sandboxUrl)).orders;
}

/**
 * Fails each case of the describe, or of the file, that calls it after which the ledger is not what it was: also where an earlier case has
 * brought that about late. What the cases need paid is paid in a beforeAll above the call.
 */
export function expectLedgerUnchanged(read: ReadLedger<unknown>): void {
  let last: readonly unknown[];
  beforeAll(async () => {
    last = [...(await read())];
  });
  afterEach(async () => {
    const before = last;
    last = [...(await read())];
    expect(last).toEqual(before);
  });
}

/** What was answered, and what has come into the ledger meanwhile, behind all that was there: that stays as it was. */
export async function addedToLedger<Entry, Answer>(
  read: ReadLedger<Entry>,
  act: () => Promise<Answer>,
): Promise<{ readonly answer: Answer; readonly added: readonly Entry[] }> {
  const before = [...(await read())];
  const answer = await act();
  const after = await read();
  expect(after.slice(0, before.length)).toEqual(before);
  return { answer, added: after.slice(before.length) };
}
