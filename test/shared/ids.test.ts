import { newId } from '../../src/shared/ids.js';

describe('newId', () => {
  it('makes UUIDs of version 7 under a prefix', () => {
    const uuids = Array.from({ length: 100 }, () => newId('payment', 1_700_000_000_000.9));
    expect(uuids.filter((id) => !/^pay_018bcfe568007[0-9a-f]{3}[89ab][0-9a-f]{15}$/.test(id))).toEqual([]);
    expect(new Set(uuids).size).toBe(100);
  });

  it('makes ids that sort by time', () => {
    const ids = [1, 15, 16, 1_700_000_000_000, 1_700_000_000_001].map((nowMs) => newId('event', nowMs));
    expect([...ids].sort()).toEqual(ids);
  });
});
