import { lockDataDir } from '../../../../src/dev/embedded-store/data-dir.lock.js';

/** Takes the data folder that it is given, says so and keeps it until it is killed. */
async function main(): Promise<void> {
  await lockDataDir(process.argv[2] ?? '');
  process.stdout.write('open\n');
  setInterval(() => undefined, 60_000);
}

main().catch((error: unknown) => {
  process.stdout.write(`${String(error)}\n`, () => process.exit(1));
});
