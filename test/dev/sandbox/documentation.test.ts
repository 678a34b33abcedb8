import { createFaultBoard } from '../../../src/dev/sandbox/control/faults.js';
import { INSTRUMENTS } from '../../../src/dev/sandbox/orders/instruments.js';
import { itemsOf, readSection } from '../../support/documents.js';

const sectionOf = (heading: string) => readSection('docs/sandbox.md', heading);

/** The code words that stand first in the rows of the table of instruments. */
function instruments(): string[] {
  return [...sectionOf('Payment instruments').matchAll(/^\| `([^`]+)`/gm)].map(([, id]) => id ?? '');
}

describe('docs/sandbox.md', () => {
  it('lists the instruments that exist, in their order', () => {
    expect(instruments()).toEqual([...INSTRUMENTS.keys()]);
  });

  it('lists the fourteen instruments that are a public contract first', () => {
    expect(instruments().slice(0, 14)).toEqual([
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

    expect(itemsOf(sectionOf('Faults')).map((item) => /^`([^`]+)`: /.exec(item)?.[1])).toEqual(names);
  });
});
