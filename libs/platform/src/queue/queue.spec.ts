import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawFrom } from '@cadastre/testing/sim';
import { manualTimers, settle } from '@cadastre/testing/timers';
import { silentLogger } from '../log/index.ts';
import { currentTraceparent, inSpan } from '../otel/index.ts';
import type { KeyedQueueOptions, Outcome, Wake } from './index.ts';
import { again, backoffMs, createKeyedQueue, DEFAULT_BACKOFF, done } from './index.ts';

const TRACE_A = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const TRACE_B = '00-1bf7651916cd43dd8448eb211c80319c-c7ad6b7169203331-01';

/** A queue over manual timers whose runs end when the test says so. */
const bench = (more: Partial<KeyedQueueOptions<string>> = {}) => {
  const timers = manualTimers();
  const runs: { readonly key: string; readonly wake: Wake; readonly end: PromiseWithResolvers<Outcome> }[] = [];
  const queue = createKeyedQueue<string>({
    name: 'bench',
    concurrency: 2,
    log: silentLogger(),
    timers,
    random: () => 1,
    run: (key, wake) => {
      const end = Promise.withResolvers<Outcome>();
      runs.push({ key, wake, end });
      return end.promise;
    },
    ...more,
  });
  const end = async (index: number, outcome: Outcome | Error): Promise<void> => {
    if (outcome instanceof Error) runs[index]?.end.reject(outcome);
    else runs[index]?.end.resolve(outcome);
    await settle();
  };
  return { timers, runs, queue, end, keys: () => runs.map(r => r.key) };
};

describe('a keyed queue', () => {
  it('makes one run of many wake-ups', async () => {
    const { queue, keys, end } = bench({ concurrency: 1 });
    queue.wake('a');
    queue.wake('b');
    queue.wake('b');
    queue.wake('b');
    await end(0, done);
    await end(1, done);
    expect(keys()).toEqual(['a', 'b']);
    expect(queue.depth()).toEqual({ ready: 0, running: 0, delayed: 0 });
  });

  it('runs a key again when it was woken during its run', async () => {
    const { queue, keys, end } = bench();
    queue.wake('a');
    queue.wake('a');
    queue.wake('a');
    expect(keys()).toEqual(['a']);
    await end(0, done);
    expect(keys()).toEqual(['a', 'a']);
    await end(1, done);
    expect(keys()).toEqual(['a', 'a']);
  });

  it('never has more runs than its concurrency', async () => {
    const { queue, keys, end } = bench();
    for (const key of ['a', 'b', 'c']) queue.wake(key);
    expect(keys()).toEqual(['a', 'b']);
    await end(1, done);
    expect(keys()).toEqual(['a', 'b', 'c']);
  });

  it('looks again after the time that was asked for, or at once when woken before', async () => {
    const { queue, keys, end, timers } = bench();
    queue.wake('a');
    await end(0, again(5_000, 'the pod is not ready'));
    await timers.advance(4_999);
    expect(keys()).toEqual(['a']);
    await timers.advance(1);
    expect(keys()).toEqual(['a', 'a']);
    await end(1, again(5_000, 'the pod is not ready'));
    queue.wake('a');
    expect(keys()).toEqual(['a', 'a', 'a']);
  });

  it('backs off exponentially after exceptions, whatever wakes it, until somebody knows better', async () => {
    const { queue, keys, end, timers, runs } = bench();
    queue.wake('a');
    await end(0, new Error('down'));
    queue.wake('a');
    expect(keys()).toHaveLength(1);
    await timers.advance(100);
    await end(1, new Error('down'));
    await timers.advance(199);
    expect(keys()).toHaveLength(2);
    await timers.advance(1);
    expect(keys()).toHaveLength(3);
    await end(2, new Error('down'));
    queue.retryNow();
    expect(keys()).toHaveLength(4);
    expect(runs.map(r => r.wake.attempt)).toEqual([0, 1, 2, 3]);
    await end(3, done);
    queue.wake('a');
    expect(runs.at(-1)?.wake.attempt).toBe(0);
  });

  it('survives a run function that throws before it answers a promise', async () => {
    const { queue, timers } = bench({
      run: () => {
        throw new Error('not even a promise');
      },
    });
    queue.wake('a');
    await timers.advance(0);
    expect(queue.depth()).toEqual({ ready: 0, running: 0, delayed: 1 });
  });

  it('puts a resync behind what was woken by name, without starving it', async () => {
    const keys = Array.from({ length: 20 }, (_, i) => `old-${String(i)}`);
    const { queue, end, keys: ran, timers } = bench({ concurrency: 1, listKeys: () => Promise.resolve(keys), resyncMs: 1_000, random: () => 0.5 });
    await timers.advance(1_000);
    for (let i = 0; i < 8; i++) queue.wake(`new-${String(i)}`);
    for (let i = 0; i < 9; i++) await end(i, done);
    expect(ran().slice(1, 9).filter(key => key.startsWith('new-'))).toHaveLength(7);
    expect(ran().slice(1, 9).filter(key => key.startsWith('old-'))).toHaveLength(1);
  });

  it('lists again after a listing that failed', async () => {
    let listings = 0;
    const { keys, timers } = bench({
      resyncMs: 1_000,
      random: () => 0.5,
      listKeys: () => (++listings === 1 ? Promise.reject(new Error('no database')) : Promise.resolve(['a'])),
    });
    await timers.advance(1_000);
    expect(keys()).toEqual([]);
    await timers.advance(1_000);
    expect(keys()).toEqual(['a']);
  });

  it('keeps the trace of a wake-up through every look until it is done', async () => {
    const seen: (string | undefined)[] = [];
    const outcomes = [again(10, 'not yet'), done, done];
    const { queue, timers } = bench({
      run: (_key, wake) => {
        seen.push(`${String(currentTraceparent()?.slice(0, 35))} ${String(wake.traceparents.length)}`);
        return Promise.resolve(outcomes.shift() ?? done);
      },
    });
    queue.wake('a', TRACE_A);
    queue.wake('a', TRACE_B);
    await timers.advance(10);
    queue.wake('a');
    await settle();
    expect(seen.slice(0, 2)).toEqual([`${TRACE_A.slice(0, 35)} 1`, `${TRACE_A.slice(0, 35)} 2`]);
    expect(seen[2]).toMatch(/ 0$/);
    expect(seen[2]).not.toContain(TRACE_A.slice(0, 35));
  });

  it('takes the active span as the cause of a wake-up, and gives it to no other key', async () => {
    const traces = new Map<string, string | undefined>();
    const gate = Promise.withResolvers<Outcome>();
    const { queue } = bench({
      concurrency: 1,
      run: key => {
        traces.set(key, currentTraceparent()?.slice(3, 35));
        return key === 'a' ? gate.promise : Promise.resolve(done);
      },
    });
    const cause = inSpan('cause', {}, span => {
      queue.wake('a');
      return span.spanContext().traceId;
    });
    queue.wake('b');
    gate.resolve(done);
    await settle();
    expect(traces.get('a')).toBe(cause);
    expect(traces.get('b')).toMatch(/^[0-9a-f]{32}$/);
    expect(traces.get('b')).not.toBe(cause);
  });

  it('finishes what runs when it closes, and begins nothing', async () => {
    const { queue, keys, end, runs } = bench({ concurrency: 1 });
    queue.wake('a');
    queue.wake('b');
    let closed = false;
    const closing = queue.close().then(() => (closed = true));
    await settle();
    expect(closed).toBe(false);
    expect(runs[0]?.wake.signal.aborted).toBe(false);
    await end(0, done);
    await closing;
    queue.wake('c');
    expect(keys()).toEqual(['a']);
  });

  it('aborts what still runs when the grace has run out', async () => {
    const { queue, timers, runs } = bench();
    queue.wake('a');
    const closing = queue.close({ graceMs: 50 });
    await timers.advance(50);
    await closing;
    expect(runs[0]?.wake.signal.aborted).toBe(true);
  });

  it('obeys its laws in every order of wake-ups, endings and time', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer(), async seed => {
        await randomStory(seed);
      }),
      { numRuns: 60 },
    );
  });
});

/** Laws: one run per key at a time; never above the concurrency; after every wake-up a run begins. */
const randomStory = async (seed: number): Promise<void> => {
  const draw = drawFrom(seed);
  const running = new Set<string>();
  const owed = new Set<string>();
  const ends: (() => void)[] = [];
  const timers = manualTimers();
  const queue = createKeyedQueue<string>({
    name: 'story', concurrency: 3, log: silentLogger(), timers, random: draw.random,
    run: async key => {
      if (running.has(key)) throw new Error(`two runs of ${key}`);
      running.add(key);
      owed.delete(key);
      expect(running.size).toBeLessThanOrEqual(3);
      await new Promise<void>(resolve => ends.push(resolve));
      running.delete(key);
      if (draw.chance(0.2)) throw new Error('bad luck');
      return draw.chance(0.3) ? again(draw.int(500), 'drawn') : done;
    },
  });
  for (let step = 0; step < 120; step++) {
    const dice = draw.random();
    if (dice < 0.5) {
      const key = draw.pick(['a', 'b', 'c', 'd', 'e']);
      owed.add(key);
      queue.wake(key);
    } else if (dice < 0.8) {
      ends.splice(draw.int(ends.length + 1), 1).forEach(end => { end(); });
      await settle();
    } else await timers.advance(draw.int(2_000));
  }
  for (let turn = 0; turn < 200 && (owed.size > 0 || running.size > 0); turn++) {
    for (const end of ends.splice(0)) end();
    await timers.advance(60_000);
  }
  expect([...owed]).toEqual([]);
};

describe('backoff', () => {
  it('grows to its limit and stays within half and whole of it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (attempt, drawn) => {
        const ms = backoffMs(DEFAULT_BACKOFF, attempt, () => drawn);
        const whole = Math.min(DEFAULT_BACKOFF.maxMs, DEFAULT_BACKOFF.firstMs * DEFAULT_BACKOFF.factor ** (attempt - 1));
        expect(ms).toBeGreaterThanOrEqual(whole / 2);
        expect(ms).toBeLessThanOrEqual(whole);
      }),
    );
  });
});
