import { describe, expect, test } from 'vitest';
import type { HoldFact } from './model.ts';
import type { CapacityState, LedgerFact, ReserveFact } from './index.ts';
import { DUMP_FORMAT, dump, emptyCapacity, offers, place, restore, snapshot } from './index.ts';
import { NOW, append, capacityOf, claimFact, claimsOf, hallFact, id, machineFact, nodeFact, openSite, order, phaseFact, poolFact, rackFact, releaseFact, siteFact } from './facts.fixture.ts';

const reserveFact = (name: string, machine: string): ReserveFact => ({
  kind: 'RESERVE', reservationId: name as ReserveFact['reservationId'], tenantId: id.tenant('t1'), projectId: order(1).projectId, from: '2026-12-15T00:00:00.000Z', to: '2027-02-01T00:00:00.000Z',
  machineId: id.machine(machine), gpus: 8, watts: 4_100, cpuMilli: 192_000, ramMiB: 2_097_152,
});
const holdFact = (name: string, machine: string): HoldFact => ({
  ...claimFact(name, machine, 513, 1), kind: 'HOLD', planId: 'plan1' as HoldFact['planId'], expiresAt: '2026-12-01T00:10:00.000Z',
});
const quotas: Extract<LedgerFact, { kind: 'QUOTAS' }> = {
  kind: 'QUOTAS', quotas: [{ id: 'q1' as never, regionId: 'r1' as never, name: 'tenant', tenantId: id.tenant('t1'), limits: [{ dimension: 'GPU', nominal: 20 }], budgets: [], generation: 1 }],
};

/** One of everything that a ledger can say, and what the engine itself placed there. */
const everything = (): CapacityState => {
  const s = capacityOf([
    siteFact('dc1', { responseMinutes: 30 }), phaseFact('now', 400_000), phaseFact('then', 900_000, { from: '2027-01-01T00:00:00.000Z', to: '2028-01-01T00:00:00.000Z' }), phaseFact('gone', 1, { gone: true }),
    { kind: 'CERTIFICATION', certificationId: 'c1' as never, certification: 'HDS', datacenterId: null, from: '2026-01-01T00:00:00.000Z', to: '2026-12-20T00:00:00.000Z' },
    hallFact('hall', 90_000), nodeFact('A', 60_000, { side: 'A' }), nodeFact('B', 60_000, { side: 'B' }), quotas,
    poolFact('p1'), poolFact('p2', { purpose: 'INFERENCE', tenantClasses: ['RESEARCH'] }), rackFact('r1', { feedA: id.node('A'), feedB: id.node('B') }), rackFact('r2', { row: 'B', maxPowerW: 20_000 }),
    ...['a', 'b', 'c'].map(m => machineFact(`r1-${m}`, 'r1', { nvlinkDomain: 'nvl' })), machineFact('r2-a', 'r2'), machineFact('r2-b', 'r2', { state: 'FAILED' }), machineFact('r2-c', 'r2', { poolId: null, clusterId: null }),
    machineFact('lost', 'no-rack', { state: 'GONE' }), claimFact('elsewhere', 'nowhere'), reserveFact('s1', 'r2-a'), holdFact('h1', 'r1-a'),
  ]);
  for (const [n, r] of [order(1, { milliGpu: 300 }), order(2, { milliGpu: 500 }), order(1, { gpusPerInstance: 2 }), order(1), order(1, { orShapeIds: [id.shape('other')] })].entries()) {
    const v = place(s, r);
    append(s, v.outcome === 'PLACED' ? claimsOf(v.placements, `i${String(n)}`, r) : []);
  }
  append(s, [{ kind: 'MIX' }, claimFact('short', 'r1-c', 513, 1), releaseFact(claimFact('short', 'r1-c', 513, 1))]);
  return s;
};

const restored = (lines: Iterable<string>): CapacityState => {
  const r = restore(lines);
  if (!r.ok) throw new Error(JSON.stringify(r.error));
  return r.value;
};
const QUESTIONS = [
  order(1), order(3), order(9), order(1, { milliGpu: 250 }), order(1, { gpusPerInstance: 1 }), order(2, { topology: { level: 'NVLINK_DOMAIN', required: true } }),
  order(1, { tenantClass: 'PRIVATE' }), order(1, { legal: { jurisdictions: [], certifications: [], dataClass: 'HEALTH' } }), order(1, { leaseEnd: '2026-12-10T00:00:00.000Z' }),
  order(1, { reservationId: reserveFact('s1', 'x').reservationId, at: '2026-12-16T00:00:00.000Z' }), order(1, { poolId: id.pool('p2') }), order(1, { maxResponseMinutes: 10 }),
];

describe('a state that was dumped and restored', () => {
  test('is the same state', () => {
    const s = everything();
    const t = restored(dump(s));
    expect(snapshot(t)).toEqual(snapshot(s));
    expect([t.mix.weight, t.mix.due, new Set(t.mix.kinds.map(k => ({ ...k, shapes: [] })))]).toEqual([s.mix.weight, s.mix.due, new Set(s.mix.kinds.map(k => ({ ...k, shapes: [] })))]);
    expect([t.quota.usage?.own, t.quota.usage?.beyond, t.shapeCodes]).toEqual([s.quota.usage?.own, s.quota.usage?.beyond, s.shapeCodes]);
  });

  test.each(QUESTIONS.map((r, n) => ({ n, r })))('decides the same: $n', ({ r }) => {
    const s = everything();
    expect(place(restored(dump(s)), r)).toEqual(place(s, r));
  });

  test('offers the same', () => {
    const s = everything();
    const wish = { tenantClass: 'PUBLIC_BODY', at: NOW, leaseEnd: order(1).leaseEnd, legal: order(1).legal } as const;
    expect(offers(restored(dump(s)), wish)).toEqual(offers(s, wish));
  });

  test('folds on as the first does: what came after the dump gives the same state and the same verdict', () => {
    const [s, t] = [everything(), restored(dump(everything()))];
    for (const x of [s, t]) append(x, [releaseFact(claimFact('elsewhere', 'nowhere')), machineFact('r2-b', 'r2'), { kind: 'UNRESERVE', reservationId: reserveFact('s1', 'x').reservationId }, { kind: 'MIX' }]);
    expect(snapshot(t)).toEqual(snapshot(s));
    expect(place(t, order(2))).toEqual(place(s, order(2)));
  });

  test('gives the same lines again, and so does a state whose entries came in another order', () => {
    const lines = [...dump(everything())];
    expect([...dump(restored(lines))]).toEqual(lines);
    const facts = [...openSite(), poolFact('p1'), rackFact('r1'), machineFact('m1', 'r1'), machineFact('m2', 'r1'), claimFact('i1', 'm1'), claimFact('i2', 'm2')];
    const late = [facts[1]!, facts[0]!, ...facts.slice(2, 4), ...facts.slice(4, 6).reverse(), ...facts.slice(6).reverse()];
    expect([...dump(capacityOf(late))]).toEqual([...dump(capacityOf(facts))]);
  });

  test('before the first entry is the empty state', () => { expect(snapshot(restored(dump(emptyCapacity())))).toEqual(snapshot(emptyCapacity())); });
});

test('more rows than a line holds are on several lines, each of bounded size', () => {
  const s = capacityOf(Array.from({ length: 5_001 }, (_, n) => rackFact(`r${String(n)}`)));
  const lines = [...dump(s)].filter(l => l.includes('"RACK"'));
  expect(lines).toHaveLength(3);
  expect(Math.max(...lines.map(l => l.length))).toBeLessThan(100_000);
  expect(snapshot(restored(dump(s)))).toEqual(snapshot(s));
});

const lines = (): string[] => [...dump(everything())];
const rows = Number(/\d+/.exec(lines().at(-1) ?? '')?.[0]);
describe('a dump that cannot be trusted is not used', () => {
  test.each([
    { because: 'the head is of a later format', dump: ['{"format":99}', ...lines().slice(1)], error: { code: 'OTHER_FORMAT', format: 99 } },
    { because: 'another engine wrote it', dump: [JSON.stringify({ format: DUMP_FORMAT, engine: '0', index: 3 }), ...lines().slice(1)], error: { code: 'OTHER_ENGINE', engine: '0' } },
    { because: 'the tail is missing', dump: lines().slice(0, -1), error: { code: 'DAMAGED', rows: undefined, read: rows } },
    { because: 'a part is missing', dump: lines().toSpliced(3, 1), error: { code: 'DAMAGED', rows, read: rows - 1 } },
    { because: 'a part is there twice', dump: lines().toSpliced(3, 0, lines()[3]!), error: { code: 'DAMAGED', rows, read: rows + 1 } },
    { because: 'a line is cut', dump: lines().with(2, lines()[2]!.slice(0, -5)), error: { code: 'DAMAGED', rows: undefined } },
    { because: 'two dumps follow one another', dump: [...lines(), ...lines()], error: { code: 'DAMAGED', rows, read: rows } },
    { because: 'there is nothing', dump: [], error: { code: 'DAMAGED', rows: undefined, read: 0 } },
  ])('$because', ({ dump: given, error }) => { expect(restore(given)).toMatchObject({ ok: false, error }); });
});
