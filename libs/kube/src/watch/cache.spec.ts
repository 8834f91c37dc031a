import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { no, ok } from '@cadastre/domain/core';
import type { ConfigMap, KubeProblem } from '../client/index.ts';
import { CONFIG_MAPS } from '../client/index.ts';
import type { FakeKube, ManualTime } from '../fake/index.ts';
import { fakeKube, manualTime } from '../fake/index.ts';
import type { WatchCache, WatchCacheOptions } from './index.ts';
import { watchCache } from './index.ts';

interface Bench {
  readonly time: ManualTime;
  readonly kube: FakeKube;
  readonly cache: WatchCache<string>;
  readonly changed: string[];
  readonly problems: KubeProblem[];
  put(name: string, v: string): void;
  drop(name: string): void;
  lists(): number;
  state(): Record<string, string>;
}

const bench = (seed: Record<string, string> = {}, limits: WatchCacheOptions<ConfigMap, string>['limits'] = {}): Bench => {
  const time = manualTime();
  const kube = fakeKube({ time });
  const { server } = kube;
  const object = (name: string, v: string): ConfigMap => ({ metadata: { name, namespace: 'default' }, data: { v } });
  const put = (name: string, v: string): void => {
    try { server.updateAs('x', { kind: CONFIG_MAPS, name, namespace: 'default' }, o => { o.data = { v }; }); }
    catch { server.createAs('x', CONFIG_MAPS, object(name, v)); }
  };
  for (const [name, v] of Object.entries(seed)) put(name, v);
  const changed: string[] = [];
  const problems: KubeProblem[] = [];
  const cache = watchCache<ConfigMap, string>(kube, {
    kind: CONFIG_MAPS, time, keep: o => o.data?.['v'] ?? '', onChange: key => changed.push(key.replace('default/', '')), onProblem: p => problems.push(p),
    limits: { pageLimit: 2, ...limits },
  });
  onTestFinished(() => cache.close());
  return {
    time, kube, cache, changed, problems, put,
    drop: name => { server.deleteAs({ kind: CONFIG_MAPS, name, namespace: 'default' }); },
    lists: () => server.faults.calls.filter(c => c.verb === 'list').length,
    state: () => Object.fromEntries([...cache.entries()].map(([k, v]) => [k.replace('default/', ''), v] as const).sort()),
  };
};

describe('a watch cache', () => {
  it('is synced after the last page, not before, and knows nothing until then', async () => {
    const b = bench({ a: '1', b: '1', c: '1' });
    expect([b.cache.size, b.cache.staleSinceMs()]).toEqual([0, Number.POSITIVE_INFINITY]);
    expect(await b.cache.synced).toBe('synced');
    expect([b.state(), b.lists()]).toEqual([{ a: '1', b: '1', c: '1' }, 2]);
  });

  it('resumes a closed stream where it was: no list, nothing lost, nothing told twice', async () => {
    const b = bench({ a: '1' });
    await b.time.advance(0);
    b.put('b', '1');
    b.put('b', '2');
    await b.time.advance(0);
    b.kube.server.streams.drop();
    b.put('c', '1');
    b.drop('a');
    await b.time.advance(1_000);
    expect([b.state(), b.lists(), b.changed]).toEqual([{ b: '2', c: '1' }, 1, ['a', 'b', 'b', 'c', 'a']]);
  });

  it('lists again after a 410 and tells the deletions it slept through', async () => {
    const b = bench({ a: '1', b: '1', c: '1' });
    await b.time.advance(0);
    b.kube.server.streams.stall();
    b.drop('b');
    b.put('c', '2');
    b.kube.server.compact();
    b.kube.server.streams.drop();
    b.kube.server.streams.resume();
    b.changed.length = 0;
    await b.time.advance(60_000);
    expect(b.problems.map(p => p.code)).toContain('GONE');
    expect([b.state(), b.changed.sort()]).toEqual([{ a: '1', c: '2' }, ['b', 'c']]);
  });

  it('tells a name that was deleted and taken again while it slept, even with equal content', async () => {
    const b = bench({ a: '1' });
    await b.time.advance(0);
    b.kube.server.streams.stall();
    b.drop('a');
    b.put('a', '1');
    b.kube.server.compact();
    b.kube.server.streams.drop();
    b.kube.server.streams.resume();
    b.changed.length = 0;
    await b.time.advance(60_000);
    expect([b.state(), b.changed]).toEqual([{ a: '1' }, ['a']]);
  });

  it('starts the list again when its pages expire half-way', async () => {
    const b = bench({ a: '1', b: '1', c: '1', d: '1', e: '1' });
    b.kube.server.faults.delay(10);
    await b.time.advance(10);
    b.drop('a');
    b.kube.server.compact();
    await b.time.advance(60_000);
    expect(b.state()).toEqual({ b: '1', c: '1', d: '1', e: '1' });
  });

  it('notices a silent stall, says how stale it is, and reconnects', async () => {
    const b = bench({ a: '1' }, { stallMs: 30_000 });
    await b.time.advance(0);
    expect(b.cache.staleSinceMs()).toBe(0);
    b.kube.server.streams.stall();
    b.put('a', '2');
    await b.time.advance(29_999);
    expect([b.cache.staleSinceMs(), b.problems]).toEqual([0, []]);
    b.kube.server.faults.failNext(3, 'UNREACHABLE');
    await b.time.advance(51);
    expect(b.cache.staleSinceMs()).toBeGreaterThan(30_000);
    expect(b.problems[0]).toMatchObject({ code: 'TIMED_OUT', message: 'nothing heard for 30000 ms' });
    b.kube.server.streams.resume();
    await b.time.advance(10_000);
    expect([b.state(), b.cache.staleSinceMs(), b.cache.problem()]).toEqual([{ a: '2' }, 0, undefined]);
  });

  it('a bookmark is a sign of life and moves the place to resume from', async () => {
    const b = bench({ a: '1' }, { stallMs: 30_000 });
    for (let i = 0; i < 5; i++) {
      await b.time.advance(20_000);
      b.kube.server.createAs('x', { ...CONFIG_MAPS, plural: 'others' }, { metadata: { name: `o${i}`, namespace: 'default' } });
      b.kube.server.streams.bookmark();
    }
    expect(b.problems).toEqual([]);
    b.kube.server.compact();
    b.kube.server.streams.drop();
    await b.time.advance(1_000);
    expect([b.problems, b.lists()]).toEqual([[], 1]);
  });

  it('a quiet stream that ends in its time is followed by the next without a complaint', async () => {
    const b = bench({ a: '1' }, { stallMs: 10_000_000 });
    await b.time.advance(3_600_000);
    const watches = b.kube.server.faults.calls.filter(c => c.verb === 'watch').length;
    expect([b.problems, b.lists(), watches, b.cache.staleSinceMs()]).toEqual([[], 1, 11, 0]);
  });

  it('does not hammer a server that ends every stream at once', async () => {
    const b = bench({ a: '1' });
    await b.time.advance(0);
    const before = b.kube.server.faults.calls.length;
    for (let i = 0; i < 1_000; i++) { b.kube.server.streams.drop(); await b.time.advance(10); }
    expect(b.kube.server.faults.calls.length - before).toBeLessThanOrEqual(60);
  });

  it('stays away as long as an overloaded server asks, and longer and longer from a dead one', async () => {
    const b = bench();
    b.kube.server.faults.failNext(1, 'OVERLOADED', { retryAfterMs: 5_000 });
    await b.time.advance(5_000);
    expect(b.lists()).toBe(1);
    await b.time.advance(200);
    expect(b.lists()).toBe(2);
    b.kube.server.faults.failNext(1_000, 'UNREACHABLE');
    b.kube.server.streams.drop();
    const calls = (): number => b.kube.server.faults.calls.length;
    await b.time.advance(60_000);
    // Less than a stall, yet not following: the age counts from the last sign of life at once.
    expect(b.cache.staleSinceMs()).toBe(60_000);
    const early = calls();
    await b.time.advance(60_000);
    expect(calls() - early).toBeLessThanOrEqual(5);
    expect(b.cache.staleSinceMs()).toBeGreaterThan(100_000);
  });

  it('tells an object of a restored cluster that has the same version as before but is another', async () => {
    const time = manualTime();
    let uid = 'one';
    const changed: string[] = [];
    const object = (): ConfigMap => ({ metadata: { name: 'a', uid, resourceVersion: '7' } });
    const cache = watchCache<ConfigMap, string>({
      cluster: 'restored',
      page: () => Promise.resolve(ok({ items: [object()] as never[], resourceVersion: '7' })),
      watch: () => {
        uid = 'two';
        return Promise.resolve(no({ code: 'GONE', cluster: 'restored', verb: 'watch', object: '', message: '' }));
      },
    }, { kind: CONFIG_MAPS, time, keep: o => o.metadata?.uid ?? '', onChange: key => changed.push(key) });
    onTestFinished(() => cache.close());
    await time.advance(300);
    expect([cache.get('a'), changed]).toEqual(['two', ['a', 'a']]);
  });

  it('close ends the stream and every timer, and what was seen stays readable', async () => {
    const b = bench({ a: '1' });
    await b.time.advance(0);
    await b.cache.close();
    expect([b.kube.server.streams.count, b.time.waiting, b.state()]).toEqual([0, 0, { a: '1' }]);
    const never = bench();
    never.kube.server.faults.failNext(1_000, 'UNREACHABLE');
    await never.time.advance(1_000);
    await never.cache.close();
    expect([await never.cache.synced, never.time.waiting]).toEqual(['closed', 0]);
  });

  it('has the cluster\'s content in the end, whatever happened, and told every key that differs', async () => {
    const act = fc.oneof(
      fc.record({ do: fc.constant('put' as const), name: fc.constantFrom('a', 'b', 'c', 'd'), v: fc.nat(9) }),
      fc.record({ do: fc.constant('drop' as const), name: fc.constantFrom('a', 'b', 'c', 'd') }),
      fc.record({ do: fc.constantFrom('close' as const, 'stall' as const, 'resume' as const, 'compact' as const, 'bookmark' as const, 'fail' as const, 'gone' as const) }),
      fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(0, 50, 5_000, 120_000) }),
    );
    await fc.assert(fc.asyncProperty(fc.array(act, { maxLength: 40 }), async acts => {
      const b = bench({ a: '0', b: '0', c: '0' });
      const { server } = b.kube;
      for (const a of acts) {
        if (a.do === 'put') b.put(a.name, String(a.v));
        else if (a.do === 'drop') b.drop(a.name);
        else if (a.do === 'wait') await b.time.advance(a.ms);
        else if (a.do === 'close') server.streams.drop();
        else if (a.do === 'stall') server.streams.stall();
        else if (a.do === 'resume') server.streams.resume();
        else if (a.do === 'compact') server.compact();
        else if (a.do === 'bookmark') server.streams.bookmark();
        else if (a.do === 'fail') server.faults.failNext(2, 'UNREACHABLE');
        else server.faults.failNext(1, 'GONE', { verb: 'watch' });
      }
      const before = b.state();
      b.changed.length = 0;
      server.streams.resume();
      await b.time.advance(600_000);
      const truth = await b.kube.list(CONFIG_MAPS);
      const want = Object.fromEntries((truth.ok ? truth.value.items : []).map(o => [o.metadata?.name ?? '', o.data?.['v']] as const));
      expect(b.state()).toEqual(want);
      const differing = [...new Set([...Object.keys(before), ...Object.keys(want)])].filter(k => before[k] !== want[k]);
      expect(b.changed).toEqual(expect.arrayContaining(differing));
      await b.cache.close();
      expect(b.time.waiting).toBe(0);
    }), { numRuns: 200 });
  });
});
