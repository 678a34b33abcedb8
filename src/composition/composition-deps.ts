import type { Config } from '../config/config.js';
import type { OperatorLog } from '../payments/ports/operator-log.js';
import type { Clock } from '../shared/clock.js';
import type { Log } from '../shared/log/log.js';

export interface CompositionDeps {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
  readonly operatorLog: OperatorLog;
}
