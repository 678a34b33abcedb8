import { WEBHOOK_REFUSALS } from '../../src/webhooks/refusals.js';
import { itemsOf, readSection } from '../support/documents.js';

describe('docs/webhooks.md', () => {
  it('publishes every refusal of a webhook, and no other', () => {
    const expected = Object.entries(WEBHOOK_REFUSALS).map(
      ([reason, { status, message }]) => `\`${reason}\` (${status}): ${message}`,
    );
    expect(itemsOf(readSection('docs/webhooks.md', 'Refusals'))).toEqual(expected);
  });
});
