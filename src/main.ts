import { startApp, type App } from './app.js';
import { ConfigError, readConfig } from './config.js';
import { createLog, type Log } from './shared/log.js';
import { StoreStartError } from './store/start-error.js';
import { welcome } from './welcome.js';

/** Starts the gateway; ends with exit code 0 after SIGTERM or SIGINT and 1 when it can't start or go on. */
async function main(): Promise<void> {
  const config = readConfig();
  const log = createLog(config.logLevel);
  exitOnBugs(log);
  const app = await startApp(config, log);
  closeOnSignals(app, log);
  log.info({ url: app.url }, 'gateway.started');
  if (!config.production) process.stdout.write(welcome(app, config));
}

function closeOnSignals(app: App, log: Log): void {
  let closing = false;
  const close = (signal: NodeJS.Signals): void => {
    if (closing) process.exit(1);
    closing = true;
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
  process.on('SIGTERM', close).on('SIGINT', close);
}

/** A process in a state that nobody foresaw does not go on taking payments; what was in flight is reconciled after the restart. */
function exitOnBugs(log: Log): void {
  const exit = (error: unknown): void => {
    log.fatal({ err: error }, 'gateway.crashed');
    process.exit(1);
  };
  process.on('uncaughtException', exit).on('unhandledRejection', exit);
}

/** An expected reason not to start is one sentence; anything else shows where it comes from. */
function toStartFailure(error: unknown): string {
  if (error instanceof ConfigError || error instanceof StoreStartError) return error.message;
  const { code, port } = error as { code?: unknown; port?: unknown };
  if (code === 'EADDRINUSE')
    return `Port ${String(port)} is in use: stop what listens there, or set PORT or SANDBOX_PORT to another.`;
  return error instanceof Error ? (error.stack ?? error.message) : 'unknown reason';
}

main().catch((error: unknown) => {
  process.stderr.write(`The gateway did not start. ${toStartFailure(error)}\n`);
  process.exit(1);
});
