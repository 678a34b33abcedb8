import { isOfKind } from '../../../src/payments/model/reference-kind.js';

const LONG = 'ORD-2026-11-27/checkout_0000000000000000000000000000000000000000000000000000000017';

describe('isOfKind', () => {
  it.each([
    ['the same reference', 'Korb ä & 7', 'Korb ä & 7'],
    ['another number of the same form', 'cart-7', 'cart-8'],
    ['a longer number', 'cart-7', 'cart-17'],
    ['one of the same form among many', 'ORD-2026-11-27/checkout_17', LONG],
    ['another UUID', '3f2a9c1e-77aa-4d0e-9b1c-0a1b2c3d4e5f', '9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d'],
    ['the same letters that are not ASCII', 'Körbe-7', 'Körbe-9'],
    ['a number that is a number', '4711', '4712'],
    ['as many digits', '20261127000123456789', '20261127000123456780'],
    ['a zero in front', '0042', '0043'],
  ])('takes %s for a proof', (_case, reference, proved) => {
    expect(isOfKind(reference, proved)).toBe(true);
  });

  it.each([
    ['it is longer, and may be cut off', LONG, LONG.slice(0, 64)],
    ['it is longer in bytes, and may be cut off', 'ää', 'äbc'],
    ['it has small letters, which may be made capital', 'Cart7', 'CART77'],
    ['it has capital letters, which may be made small', 'Cart7', 'cart77'],
    ['it has letters that are not ASCII, which may be left out', 'Körbe-7', 'Koerbe-9'],
    ['it has other such letters', 'Körbe-7', 'Kärbe-9'],
    ['it has a character that may be escaped', 'a&b-1', 'abc-1'],
    ['it has an escaped character, which may be read', 'a&amp;b', 'a& b;xyz'],
    ['it has a character as addresses write it', 'a%20b', 'a% 20b!'],
    ['it has two blanks, which may be folded', 'a  b', 'a b c d'],
    ['it has a mark at the end, which may be left out', 'cart-7-', 'cart-7-8'],
    ['it is a number with a zero in front', '0042', '4711'],
    ['it has a zero in front, the other number has none', '0042', '20261127000123456789'],
    ['it is a number of too many digits', '20261127000123456789', 'x20261127000123456789'],
    ['it is the word that stands for none', 'null', 'none-of-all'],
  ])('takes a reference for no proof of one where %s', (_case, reference, proved) => {
    expect(isOfKind(reference, proved)).toBe(false);
  });

  it('takes what the gateway makes for a proof of what it makes', () => {
    expect(isOfKind(`pay_${'0'.repeat(32)}`, `pay_${'f'.repeat(32)}`)).toBe(true);
  });
});
