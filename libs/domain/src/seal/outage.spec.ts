import { describe, expect, it } from 'vitest';
import { decideOutage, type Outage } from './outage.ts';

const GRACE = 60_000;
/** What the log is told, look by look: `now` in seconds, and what is missing. */
const told = (looks: readonly (readonly [number, string | undefined])[], from: Outage = { metAt: 0, told: undefined }): readonly string[] => {
  let outage = from;
  return looks.flatMap(([second, missing]) => {
    const { next, tell } = decideOutage(outage, { now: second * 1_000, missing, graceMs: GRACE });
    outage = next;
    return tell === undefined ? [] : [`${String(second)} s: ${tell.what} ${tell.reason} after ${String(tell.seconds)} s`];
  });
};

describe('an outage', () => {
  it.each<{ reason: string; looks: readonly (readonly [number, string | undefined])[]; result: readonly string[] }>([
    { reason: 'nothing missing, nothing said', looks: [[10, undefined], [20, undefined]], result: [] },
    { reason: 'a miss within the grace is weather', looks: [[10, undefined], [30, 'QUORUM'], [60, 'QUORUM'], [65, undefined]], result: [] },
    { reason: 'said once when the grace is over, and once when it ends', looks: [[10, undefined], [69, 'QUORUM'], [70, 'QUORUM'], [80, 'QUORUM'], [500, 'QUORUM'], [510, undefined], [520, undefined]],
      result: ['70 s: degraded QUORUM after 60 s', '510 s: resumed QUORUM after 500 s'] },
    { reason: 'a second outage is another one', looks: [[60, 'QUORUM'], [70, undefined], [140, 'QUORUM']], result: ['60 s: degraded QUORUM after 60 s', '70 s: resumed QUORUM after 70 s', '140 s: degraded QUORUM after 70 s'] },
    { reason: 'never there since the beginning is missing too', looks: [[60, 'QUORUM']], result: ['60 s: degraded QUORUM after 60 s'] },
  ])('$reason', ({ looks, result }) => {
    expect(told(looks)).toEqual(result);
  });

  it('that was told before a restart is not told again, and its end is', () => {
    expect(told([[90, 'QUORUM'], [100, undefined]], { metAt: 0, told: 'QUORUM' })).toEqual(['100 s: resumed QUORUM after 100 s']);
  });

  it('whose event could not be written is told at the next look, since nothing was remembered', () => {
    const outage = { metAt: 0, told: undefined };
    const look = { now: GRACE, missing: 'QUORUM', graceMs: GRACE };
    expect(decideOutage(outage, look).tell).toEqual(decideOutage(outage, look).tell);
    expect(decideOutage(outage, look).tell?.what).toBe('degraded');
  });

  it('is told at once where there is no grace', () => {
    expect(decideOutage({ metAt: 5, told: undefined }, { now: 5, missing: 'REFUSED', graceMs: 0 }).tell).toEqual({ what: 'degraded', reason: 'REFUSED', seconds: 0 });
  });
});
