import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WEBHOOK_REFUSALS } from '../../src/webhooks/refusals.js';

const REFUSAL_ROW = /^\| `(\w+)` +\| (\d{3}) +\| (.+?) +\|$/gm;

describe('docs/webhooks.md', () => {
  it('publishes every refusal of a webhook, and no other', () => {
    const page = readFileSync(join(__dirname, '../../docs/webhooks.md'), 'utf8');

    const published = [...page.matchAll(REFUSAL_ROW)].map(([, reason, status, message]) => [
      reason,
      { status: Number(status), message },
    ]);

    expect(published).toEqual(Object.entries(WEBHOOK_REFUSALS));
  });
});
