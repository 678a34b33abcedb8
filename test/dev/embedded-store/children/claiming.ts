import { openStore } from '../../../../src/store/open-store.js';
import { newClaim } from '../../../store/support/payments.fixture.js';
import { embeddedOptions } from '../../../store/support/test-store-options.js';

/** Claims payments in an embedded store until it is killed, and prints each id that the store has answered. */
async function main(): Promise<void> {
  const store = await openStore(embeddedOptions(process.argv[2] ?? ''));
  process.stdout.write('open\n');
  for (let count = 1; ; count++) {
    const claim = newClaim({ idempotencyKey: `key-of-a-child-${process.pid}-${count}` });
    await store.payments.claim(claim);
    process.stdout.write(`${claim.id}\n`);
  }
}

main().catch((error: unknown) => {
  process.stdout.write(`${String(error)}\n`, () => process.exit(1));
});
