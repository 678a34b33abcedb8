import { isatty } from 'node:tty';
import { startApp, type App } from './app.js';
import { takeNoArguments } from './commands/arguments.js';
import { readConfig } from './config/config.js';
import { systemClock } from './shared/clock.js';
import { createLog, type Log } from './shared/log/log.js';
import { StartError } from './shared/start-error.js';

const USAGE = `Starts the gateway: node dist/main.js

It takes its settings from the environment; .env.example lists them.`;

async function main(): Promise<void> {
  takeNoArguments(USAGE);
  const config = readConfig();
  const log = createLog(config.logLevel);
  exitOnBugs(log);
  const app = await startApp(config, log);
  closeOnSignals(app, log);
  log.info({ url: app.url }, 'gateway.started');
  if (config.production) return;
  const { welcome } = await import('./dev/welcome.js');
  process.stdout.write(welcome(app, config));
}

/** Under npm one Ctrl-C arrives twice, from the terminal and from npm. A later signal ends the process at once. */
const ONE_REQUEST_MS = 1_000;
const STANDARD_INPUT = 0;

function closeOnSignals(app: App, log: Log): void {
  let closingSinceMs: number | null = null;
  const close = (signal: NodeJS.Signals): void => {
    if (closingSinceMs !== null) {
      if (systemClock.monotonicNow() - closingSinceMs > ONE_REQUEST_MS) process.exit(1);
      return;
    }
    closingSinceMs = systemClock.monotonicNow();
    log.info({ signal }, 'gateway.closing');
    app.close().then(
      () => {
        log.info({}, 'gateway.closed');
        process.exit(0);
      },
      (error: unknown) => {
        log.fatal({ err: error }, 'gateway.close-failed');
        process.exit(1);
      },
    );
  };
  // A gateway in a terminal ends with it. To a service a hang-up says to read its files again, as it always does.
  process.on('SIGTERM', close).on('SIGINT', close).on('SIGUSR2', close);
  if (isatty(STANDARD_INPUT)) process.on('SIGHUP', close);
  else process.on('SIGHUP', (signal) => void log.info({ signal }, 'gateway.signal-ignored'));
}

/** A process with a bug takes no further payments; those in flight are reconciled after the restart. */
function exitOnBugs(log: Log): void {
  const exit = (error: unknown): void => {
    log.fatal({ err: error }, 'gateway.crashed');
    process.exit(1);
  };
  process.on('uncaughtException', exit).on('unhandledRejection', exit);
}

function toStartFailure(error: unknown): string {
  if (error instanceof StartError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : 'unknown reason';
}

main().catch((error: unknown) => {
  process.stderr.write(`The gateway did not start. ${toStartFailure(error)}\n`);
  process.exit(1);
});
