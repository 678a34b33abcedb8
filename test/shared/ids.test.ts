import { newId, paymentIdOf } from '../../src/shared/ids.js';

describe('newId', () => {
  it('makes UUIDs of version 7 under a prefix', () => {
    const uuids = Array.from({ length: 100 }, () => newId('claim', 1_700_000_000_000.9));
    expect(uuids.filter((id) => !/^clm_018bcfe568007[0-9a-f]{3}[89ab][0-9a-f]{15}$/.test(id))).toEqual([]);
    expect(new Set(uuids).size).toBe(100);
  });

  it('makes ids that sort by time', () => {
    const ids = [1, 15, 16, 1_700_000_000_000, 1_700_000_000_001].map((nowMs) => newId('event', nowMs));
    expect([...ids].sort()).toEqual(ids);
  });
});

describe('paymentIdOf', () => {
  it('gives one key of one scope the same id for ever', () => {
    expect(paymentIdOf('issuer|customer', 'key-0123456789abcdef')).toBe('pay_413b5afcaad620e162c6cc55f6278f6c');
  });

  it('gives another scope, another key and another split of the two another id', () => {
    const ids = [
      paymentIdOf('a', 'b'),
      paymentIdOf('a', 'c'),
      paymentIdOf('c', 'b'),
      paymentIdOf('', 'a\nb'),
      paymentIdOf('ab', ''),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
});
