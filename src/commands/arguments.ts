import { explain, print, printError } from '../shared/command-output.js';

/**
 * For programs without arguments: prints the usage for --help, refuses anything else, and ends the
 * process in both cases.
 */
export function takeNoArguments(usage: string): void {
  const [argument] = process.argv.slice(2);
  if (argument === undefined) return;
  if (argument === '--help' || argument === '-h') {
    process.exit(printUsage(usage));
  }
  printError(`There is no argument here, and nothing was done.\n\n${usage}\n`);
  process.exit(2);
}

function printUsage(usage: string): number {
  try {
    print(`${usage}\n`);
    return 0;
  } catch (error) {
    return explain(error);
  }
}
