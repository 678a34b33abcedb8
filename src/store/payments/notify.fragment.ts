export const CHANGES_CHANNEL = 'payment_changed';

export function notifyOf(source: string): string {
  return `(SELECT count(pg_notify('${CHANGES_CHANNEL}', payment_id)) FROM ${source}) AS notified`;
}
