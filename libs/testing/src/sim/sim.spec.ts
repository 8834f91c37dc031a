import { describe, expect, it } from 'vitest';
import { drawFrom, sim, SimFailure } from './index.ts';

/** Two workers that read, then write: without a fence they overtake each other in some orders only. */
const racing = (fenced: boolean) =>
  sim({ runs: 200 }, async world => {
    let stored = 0;
    let done = 0;
    for (const name of ['a', 'b']) {
      let read: number | undefined;
      let left = 3;
      world.actor(name, () => {
        if (left === 0) return 'idle';
        if (read === undefined) {
          read = stored;
          return undefined;
        }
        if (!fenced || read === stored) {
          stored = read + 1;
          done += 1;
          left -= 1;
        }
        read = undefined;
        return undefined;
      });
    }
    world.law('no write is lost', () => stored === done || `${String(done)} writes, ${String(stored)} stored`);
    await world.run();
  });

const failureOf = async (run: Promise<void>): Promise<SimFailure> => {
  try {
    await run;
  } catch (error) {
    if (error instanceof SimFailure) return error;
    throw error;
  }
  throw new Error('no run failed');
};

describe('a simulation', () => {
  it('finds the order that breaks a law, names its seed, and finds it again', async () => {
    const first = await failureOf(racing(false));
    expect(first.message).toMatch(/^seed \d+ \(again with SIM_SEED=\d+\), turn \d+: law broken: no write is lost: 2 writes, 1 stored/);
    expect((await failureOf(racing(false))).message).toBe(first.message);
  });

  it('passes when the law holds in every order', async () => {
    await racing(true);
  });

  it('says the story of what failed, an exception too', async () => {
    const failure = await failureOf(sim({ runs: 1 }, async world => {
      world.note('before');
      world.actor('only', () => { throw new Error('bug'); });
      await world.run();
    }));
    expect(failure.message).toContain('turn 1: bug');
    expect(failure.message).toContain('before');
  });

  it('ends when everybody is idle', async () => {
    await sim({ runs: 5 }, async world => {
      let work = 3;
      world.actor('a', () => (work === 0 ? 'idle' : void (work -= 1)));
      world.actor('b', () => 'idle');
      expect(await world.run()).toBeLessThan(1_000);
      expect(work).toBe(0);
    });
  });
});

describe('draws', () => {
  it('are the same for one seed and spread evenly', () => {
    expect(Array.from({ length: 5 }, drawFrom(7).random)).toEqual(Array.from({ length: 5 }, drawFrom(7).random));
    const draw = drawFrom(11);
    const counts = [0, 0, 0, 0];
    for (let i = 0; i < 40_000; i++) {
      const drawn = draw.int(4);
      counts[drawn] = (counts[drawn] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThan(500);
    expect(draw.shuffle([1, 2, 3, 4, 5]).sort()).toEqual([1, 2, 3, 4, 5]);
  });
});
