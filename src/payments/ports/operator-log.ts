import type { AlarmDetails, AlarmName } from './alarms.js';

/** What operators read; an alarm wakes one. No secrets, e-mail addresses or instrument ids. */
export interface OperatorLog {
  info(event: string, details: Readonly<Record<string, string | number | null>>): void;
  alarm<Name extends AlarmName>(event: Name, details: AlarmDetails<Name>): void;
}
