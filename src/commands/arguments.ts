/**
 * For programs that take no arguments. Prints what the program does where it is asked for help, and refuses anything else: whoever wrote
 * it expects something of it. Ends the process in both cases.
 */
export function takeNoArguments(usage: string): void {
  const [argument] = process.argv.slice(2);
  if (argument === undefined) return;
  if (argument === '--help' || argument === '-h') {
    process.stdout.write(`${usage}\n`);
    process.exit(0);
  }
  process.stderr.write(`There is no argument here, and nothing was done.\n\n${usage}\n`);
  process.exit(2);
}
