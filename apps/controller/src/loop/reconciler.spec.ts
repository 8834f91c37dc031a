import { RECONCILERS } from '@cadastre/domain/audit';
import { describe, expect, expectTypeOf, it } from 'vitest';
import type { ClusterId, InstanceId, OrganisationId } from '@cadastre/domain/core';
import { silentLogger } from '@cadastre/platform/log';
import { createConnections } from '../connection/connections.ts';
import { registerAll } from '../work.ts';
import type { Tools } from '../work.ts';
import type { Effects } from './effects.ts';
import { UNANNOUNCED } from './effects.ts';
import type { Did, Lease, Reconciler, Timer, Tracing } from './reconciler.ts';
import { NOUNS, reconcile } from './reconciler.ts';
import { createWaker } from './wakes.ts';

interface Step { readonly do: string }
type Sample = Reconciler<InstanceId, string, Step, string>;
const KEY = 'instance_01h455vb4pex5vsknk084sn02q' as InstanceId;
const clock = { now: () => '2026-11-24T10:00:00.000Z' };
const untraced: Tracing = { look: (_n, _k, _p, run) => run(), step: (_n, _w, run) => run() };

const sample = (over: Partial<Sample> = {}): Sample => ({
  noun: 'instance', timer: { everySeconds: 1, keys: () => Promise.resolve([KEY]) }, lease: { held: () => true },
  observe: () => Promise.resolve('seen'), plan: () => ({ steps: [{ do: 'a' }, { do: 'b' }], because: 'why', assumes: { generation: 1 } }),
  execute: () => Promise.resolve({ as: 'done' }), reaches: () => null, tenant: () => undefined, statusOf: (_seen, acts) => acts.map(a => `${a.step.do} ${a.did.as}`).join(', '), commit: () => Promise.resolve('saved'),
  restless: () => null, wakes: () => [], traceparent: () => undefined, ...over,
});

/** What a look did and said, as one value. */
const lookWith = async (over: Partial<Sample>): Promise<readonly string[]> => {
  const saved: string[] = [];
  const look = await reconcile(sample({ commit: (_seen, status) => { saved.push(status); return Promise.resolve('saved'); }, ...over }), KEY, clock, untraced, UNANNOUNCED);
  return [...saved, look.outcome.kind];
};
const answers = (...dids: readonly Did[]): Sample['execute'] => {
  const left = [...dids];
  return () => Promise.resolve(left.shift() ?? { as: 'done' });
};

describe('a look', () => {
  it('executes each step, then says what came of them', async () => {
    expect(await lookWith({})).toEqual(['a done, b done', 'done']);
  });
  it('goes on after a refusal: each step stands alone', async () => {
    expect(await lookWith({ execute: answers({ as: 'refused', refused: { code: 'FORBIDDEN', object: 'Pod a/b' } }) })).toEqual(['a refused, b done', 'done']);
  });
  it('stops where the world moved, and comes again', async () => {
    expect(await lookWith({ execute: answers({ as: 'again', because: 'moved' }) })).toEqual(['a again', 'again']);
  });
  it('stops acting and saving when the lead is lost between two steps', async () => {
    let asked = 0;
    expect(await lookWith({ lease: { held: () => asked++ === 0 } })).toEqual(['again']);
  });
  it('comes again at once when the rows changed since', async () => {
    const look = await reconcile(sample({ commit: () => Promise.resolve('stale') }), KEY, clock, untraced, UNANNOUNCED);
    expect(look.outcome).toEqual({ kind: 'again', afterMs: 20, because: 'the rows changed since the look' });
  });
  it('says nothing of what is gone', async () => {
    expect(await lookWith({ observe: () => Promise.resolve(null) })).toEqual(['done']);
  });
});

describe('what reaches a cluster', () => {
  const [one, two] = ['cluster_one', 'cluster_two'] as unknown as readonly [ClusterId, ClusterId];
  const steps = ['a', 'row', 'b', 'c'].map(name => ({ do: name }));
  /** The order of things as one list: what was announced, done and concluded. */
  const told = async (over: Partial<Sample>, announce?: Effects['announce']): Promise<readonly string[]> => {
    const list: string[] = [];
    const effects: Effects = {
      announce: announce ?? (({ clusters, because, tenant }) => {
        list.push(`announced ${[...clusters].map(([c, n]) => `${c} ${String(n)}`).join(', ')} for ${String(tenant)}: ${because}`);
        return Promise.resolve({
          within: (cluster, run) => { list.push(`in ${cluster}`); return run(); },
          conclude: came => { list.push(`concluded ${came.map(c => `${c.cluster} ${c.did.as}`).join(', ')}`); return Promise.resolve(); },
        });
      }),
    };
    await reconcile(sample({
      plan: () => ({ steps, because: 'why', assumes: { generation: 1 } }), reaches: (_seen, step) => (step.do === 'row' ? null : step.do === 'c' ? two : one), tenant: () => 'acme' as OrganisationId,
      execute: (_seen, step) => { list.push(step.do); return Promise.resolve({ as: 'done' }); }, ...over,
    }), KEY, clock, untraced, effects).catch((e: unknown) => { list.push(String(e)); });
    return list;
  };

  it('is announced once for the whole plan before the first step, and concluded after the last', async () => {
    expect(await told({})).toEqual(['announced cluster_one 2, cluster_two 1 for acme: why', 'in cluster_one', 'a', 'row', 'in cluster_one', 'b', 'in cluster_two', 'c', 'concluded cluster_one done, cluster_one done, cluster_two done']);
  });
  it('is not done when it cannot be written down', async () => {
    expect(await told({}, () => Promise.reject(new Error('the log is frozen')))).toEqual(['Error: the log is frozen']);
  });
  it('is concluded when a step breaks, with what is known', async () => {
    expect((await told({ execute: (_seen, step) => (step.do === 'b' ? Promise.reject(new Error('broke')) : Promise.resolve({ as: 'done' })) })).slice(-2)).toEqual(['concluded cluster_one done', 'Error: broke']);
  });
  it('by no step, or without the lead, is not announced', async () => {
    expect(await told({ reaches: () => null })).toEqual(['a', 'row', 'b', 'c']);
    expect(await told({ lease: { held: () => false } })).toEqual([]);
  });
});

describe('every registered reconciler', () => {
  const lease: Lease = { held: () => true };
  // Nothing is called: what is asked is what each of them is made of.
  const tools = { log: silentLogger(), resyncSeconds: 7 } as unknown as Tools;
  const registered = registerAll(tools, { ...lease, lost: Promise.resolve(), release: () => Promise.resolve() }, createConnections(), () => undefined, () => undefined);

  it('is there for each noun, once', () => { expect(registered.map(r => r.noun).sort()).toEqual([...NOUNS].sort()); });
  it('is bound to the audit types that it leaves (libs/domain/src/audit/bindings.ts)', () => {
    expect(registered.filter(r => (RECONCILERS[r.noun]?.length ?? 0) === 0).map(r => r.noun)).toEqual([]);
    expect(Object.keys(RECONCILERS).sort()).toEqual([...NOUNS].sort());
  });
  it.each(registered.map(r => [r.noun, r] as const))('%s has a timer and a lease', (_noun, r) => {
    expect([r.timer.everySeconds, typeof r.timer.keys, r.lease.held()]).toEqual([7, 'function', true]);
  });
  it('cannot leave out its timer, its status or its lease: it would not compile', () => {
    expectTypeOf<Sample['timer']>().toEqualTypeOf<Timer<InstanceId>>();
    expectTypeOf<Sample['lease']>().toEqualTypeOf<Lease>();
    const { timer: _t, ...timeless } = sample();
    const { lease: _l, ...lawless } = sample();
    const { statusOf: _s, ...silent } = sample();
    // @ts-expect-error a reconciler without a timer
    const a: Sample = timeless;
    // @ts-expect-error a reconciler without a lease
    const b: Sample = lawless;
    // @ts-expect-error a reconciler without a status
    const c: Sample = silent;
    expect([a, b, c]).toHaveLength(3);
  });
});

describe('events', () => {
  it('wake their noun; hardware wakes the pools and certifications the law once for many; our own verbs wake nobody', () => {
    const told: string[] = [];
    const due: (() => void)[] = [];
    const waker = createWaker(
      { wake: ({ noun, key }) => { told.push(`${noun} ${key}`); }, resync: nouns => { told.push(`all ${nouns.join()}`); return Promise.resolve(); }, close: () => Promise.resolve() },
      (_ms, run) => { due.push(run); return () => undefined; }, () => undefined,
    );
    const event = (noun: string, verb: string, key: string): void => { waker.onEvent({ noun, verb, key, traceparent: undefined }); };
    event('instance', 'created', KEY);
    event('instance', 'created', 'not an id');
    event('instance', 'ready', KEY);
    event('machine', 'created', 'm1');
    event('rack', 'updated', 'r1');
    event('certification', 'updated', 'c1');
    event('certification', 'created', 'c2');
    for (const run of due) run();
    expect(told).toEqual([`instance ${KEY}`, 'all pool', 'all violation']);
  });
});
