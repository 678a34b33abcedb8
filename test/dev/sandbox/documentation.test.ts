import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createFaultBoard } from '../../../src/dev/sandbox/control/faults.js';
import { INSTRUMENTS } from '../../../src/dev/sandbox/orders/instruments.js';

const documentation = readFileSync(join(__dirname, '../../../docs/sandbox.md'), 'utf8');

/** The code words that stand first in the rows of the table under a heading. */
function firstColumn(heading: string): string[] {
  const section = documentation.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return [...section.matchAll(/^\| `([^`]+)`/gm)].map(([, word]) => word ?? '');
}

describe('docs/sandbox.md', () => {
  it('lists the instruments that exist, in their order', () => {
    expect(firstColumn('Payment instruments')).toEqual([...INSTRUMENTS.keys()]);
  });

  it('lists the fourteen instruments that are a public contract first', () => {
    expect(firstColumn('Payment instruments').slice(0, 14)).toEqual([
      'pi_card_ok',
      'pi_card_3ds',
      'pi_card_declined',
      'pi_wallet_qr',
      'pi_form_post',
      'pi_pending',
      'pi_refused',
      'pi_busy',
      'pi_unauthorized',
      'pi_timeout_charged',
      'pi_reset_charged',
      'pi_reset_uncharged',
      'pi_error_500',
      'pi_garbage',
    ]);
  });

  it('lists the faults that exist', () => {
    const faults = Object.entries(createFaultBoard().current());
    const names = faults.flatMap(([group, values]) => Object.keys(values as object).map((name) => `${group}.${name}`));

    expect(firstColumn('Faults')).toEqual(names);
  });
});
