import type { AlarmName } from '../payments/ports/alarms.js';
import type { OperatorLog } from '../payments/ports/operator-log.js';
import type { Log } from '../shared/log/log.js';

export function toOperatorLog(log: Log): OperatorLog {
  return {
    info: (event, details) => {
      log.info(details, event);
    },
    alarm: (event: AlarmName, details: object) => {
      log.error({ ...details, alarm: true }, event);
    },
  };
}
