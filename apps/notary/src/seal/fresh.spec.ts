import { describe, expect, it } from 'vitest';
import { holdFresh } from './fresh.ts';

const bodies = (from: number, n: number, length = 4): Uint8Array[] => Array.from({ length: n }, (_, i) => new Uint8Array(length).fill(from + i));

describe('bytes between index and storage', () => {
  it('are given back for any part that is held, and for no other', () => {
    const fresh = holdFresh();
    fresh.keep(1, 10, bodies(10, 3));
    fresh.keep(1, 13, bodies(13, 2));
    expect(fresh.take(1, 11, 15)).toEqual(bodies(11, 4));
    expect([fresh.take(1, 9, 11), fresh.take(1, 14, 16), fresh.take(2, 10, 11)]).toEqual([undefined, undefined, undefined]);
  });

  it('start anew where a log does not go on from what is held', () => {
    const fresh = holdFresh();
    fresh.keep(1, 0, bodies(0, 3));
    fresh.keep(1, 5, bodies(5, 1));
    expect([fresh.take(1, 0, 3), fresh.take(1, 5, 6)]).toEqual([undefined, bodies(5, 1)]);
  });

  it('go when they are not needed any more', () => {
    const fresh = holdFresh();
    fresh.keep(1, 0, bodies(0, 5));
    fresh.drop(1, 3);
    expect([fresh.take(1, 2, 4), fresh.take(1, 3, 5)]).toEqual([undefined, bodies(3, 2)]);
    fresh.drop(1, 9);
    expect(fresh.take(1, 4, 5)).toBeUndefined();
  });

  it('take no more memory than they may: the log that grew longest ago is let go', () => {
    const fresh = holdFresh(40);
    fresh.keep(1, 0, bodies(0, 4));
    fresh.keep(2, 0, bodies(0, 4));
    fresh.keep(1, 4, bodies(4, 1));
    fresh.keep(3, 0, bodies(0, 2));
    expect([fresh.take(1, 0, 5), fresh.take(2, 0, 1), fresh.take(3, 0, 2)]).toEqual([bodies(0, 5), undefined, bodies(0, 2)]);
    fresh.drop(1, 5);
    fresh.keep(2, 0, bodies(0, 8));
    expect([fresh.take(2, 0, 8), fresh.take(3, 0, 2)]).toEqual([bodies(0, 8), bodies(0, 2)]);
    fresh.keep(4, 0, bodies(0, 50));
    expect([fresh.take(2, 0, 8), fresh.take(4, 0, 1)]).toEqual([undefined, undefined]);
  });
});
