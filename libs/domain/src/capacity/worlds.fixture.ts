import fc from 'fast-check';
import type { PlanId, ProjectId, QuotaId, RegionId, ReservationId } from '../core/index.ts';
import type { Quota } from '../quota/index.ts';
import { append, capacityOf, hallFact, id, machineFact, nodeFact, order, phaseFact, poolFact, rackFact, releaseFact, siteFact } from './facts.fixture.ts';
import type { CapacityState, ClaimFact, HoldFact, LedgerFact, MachineFact, PlacementRequest, ReservationAsked, ReserveFact, Verdict } from './index.ts';
import { place, placeReservation } from './index.ts';

/** Midnight so many days after the story begins. */
export const day = (n: number): string => new Date(Date.UTC(2026, 11, 1 + n)).toISOString();
// Not at the ends: fast-check likes these.
const rarely = fc.nat(9).map(n => n === 6);
const sometimes = fc.nat(5).map(n => n === 2 || n === 3);
const span = fc.tuple(fc.integer({ min: -3, max: 12 }), fc.integer({ min: 1, max: 20 })).map(([a, n]) => ({ from: day(a), to: day(a + n) }));

// Dense on purpose: few racks, limits near what they carry, and odd watts, so that halves matter and orders meet each other.
const watts = (low: number, high: number): fc.Arbitrary<number> => fc.oneof({ weight: 2, arbitrary: fc.integer({ min: high, max: 3 * high }) }, { weight: 1, arbitrary: fc.integer({ min: low, max: high }) });
const DCS = ['dc1', 'dc2'] as const;
const TREE = ['grid', 'tr-a', 'tr-b', 'bus-a1', 'bus-a2', 'bus-b1', 'bus-b2'] as const;
const PARENT: Readonly<Record<(typeof TREE)[number], string | null>> = { grid: null, 'tr-a': 'grid', 'tr-b': 'grid', 'bus-a1': 'tr-a', 'bus-a2': 'tr-a', 'bus-b1': 'tr-b', 'bus-b2': 'tr-b' };
const sideOf = (name: string) => (name === 'grid' ? 'NONE' as const : /a\d?$/.test(name) ? 'A' as const : 'B' as const);

const site = (dc: string) => fc.record({ tolerated: fc.boolean(), pueMilli: fc.constantFrom(1_000, 1_201, 1_333), closed: rarely, responseMinutes: fc.constantFrom(null, 30, 240) }).map(x => siteFact(dc, {
  feedLossTolerated: x.tolerated, pueMilli: x.pueMilli, tenantClasses: x.closed ? ['RESEARCH'] : ['PUBLIC_BODY', 'PRIVATE'], responseMinutes: x.responseMinutes,
}));
const phases = (dc: string) => fc.array(fc.record({ contractedW: watts(8_000, 90_000), span, open: sometimes, off: rarely }), { minLength: 1, maxLength: 3 })
  .map(list => list.map((x, n) => phaseFact(`${dc}-phase${String(n)}`, x.contractedW, { datacenterId: id.dc(dc), energised: !x.off, from: n === 0 ? day(-30) : x.span.from, to: x.open || n === 0 ? null : x.span.to })));
const tree = (dc: string) => fc.record({ usable: fc.array(watts(2_000, 26_001), { minLength: TREE.length, maxLength: TREE.length }), none: rarely }).map(x => (x.none ? [] : TREE.map((name, n) => {
  const parent = PARENT[name];
  return nodeFact(`${dc}-${name}`, (x.usable[n] ?? 0) * (name === 'grid' ? 4 : name.startsWith('tr') ? 2 : 1), { datacenterId: id.dc(dc), side: sideOf(name), parentId: parent === null ? null : id.node(`${dc}-${parent}`) });
})));
const RACKS = [['r1', 'dc1'], ['r2', 'dc1'], ['r3', 'dc1'], ['r4', 'dc2']] as const;
const rack = ([name, dc]: (typeof RACKS)[number]) => fc.record({
  hall: fc.constantFrom('h1', 'h2'), row: fc.constantFrom('A', 'B'), maxPowerW: watts(4_000, 24_001), coolingW: watts(6_000, 40_000), closed: rarely,
  a: fc.constantFrom('bus-a1', 'bus-a1', 'bus-a2', null), b: fc.constantFrom('bus-b1', 'bus-b1', 'bus-b2', null),
}).map(x => rackFact(name, {
  datacenterId: id.dc(dc), hallId: id.hall(`${dc}-${x.hall}`), row: x.row, maxPowerW: x.maxPowerW, coolingW: x.coolingW, usable: !x.closed,
  feedA: x.a === null ? null : id.node(`${dc}-${x.a}`), feedB: x.b === null ? null : id.node(`${dc}-${x.b}`),
}));
const halls = fc.array(watts(8_000, 60_000), { minLength: 4, maxLength: 4 })
  .map(list => DCS.flatMap((dc, d) => ['h1', 'h2'].map((h, n) => hallFact(`${dc}-${h}`, list[d * 2 + n] ?? 0, { datacenterId: id.dc(dc) }))));

const SHAPES = ['h200-8', 'h200-8', 'h200-8', 'l40-4'] as const;
const POOLS = [['p1', 'dc1'], ['p2', 'dc1'], ['p3', 'dc2']] as const;
const pool = ([name, dc]: (typeof POOLS)[number]) => fc.record({ shape: fc.constantFrom(...SHAPES), narrow: rarely, paused: rarely, purpose: fc.constantFrom('MIXED', 'MIXED', 'TRAINING', 'INFERENCE') })
  .map(x => poolFact(name, { datacenterId: id.dc(dc), shapeId: id.shape(x.shape), tenantClasses: x.narrow ? ['PRIVATE'] : [], paused: x.paused, purpose: x.purpose }));
const STATES: readonly MachineFact['state'][] = [...Array.from({ length: 10 }, () => 'ENERGISED' as const), 'HELD', 'FAILED', 'GONE', 'ENERGISED'];
const machine = (n: number) => fc.record({ rack: fc.constantFrom(...RACKS), first: fc.boolean(), shape: fc.constantFrom(...SHAPES), state: fc.constantFrom(...STATES), odd: rarely, domain: fc.constantFrom(null, 'n1', 'n1', 'n2'), whole: sometimes })
  .map(x => {
    const [r, dc] = x.rack;
    const small = x.shape === 'l40-4';
    return machineFact(`m${String(n)}`, r, {
      poolId: id.pool(dc === 'dc2' ? 'p3' : x.first ? 'p1' : 'p2'), shapeId: id.shape(x.shape), shapeCode: x.shape, gpus: small ? 4 : 8, state: x.state, idleW: x.odd ? 701 : 1_001, maxW: x.odd ? 7_002 : small ? 2_204 : 4_003,
      cpuMilli: small ? 96_000 : 192_000, ramMiB: small ? 500_000 : 2_000_000, sliceable: !x.whole, nvlinkDomain: x.domain,
    });
  });
const certification = (n: number) => fc.record({ kind: fc.constantFrom('HDS', 'SOC2'), at: fc.constantFrom(null, 'dc1', 'dc2'), span, long: fc.boolean() }).map((x): LedgerFact => ({
  kind: 'CERTIFICATION', certificationId: `cert${String(n)}` as Extract<LedgerFact, { kind: 'CERTIFICATION' }>['certificationId'], certification: x.kind, datacenterId: x.at === null ? null : id.dc(x.at),
  from: x.long ? day(-60) : x.span.from, to: x.long ? day(60) : x.span.to,
}));
const TENANTS = ['t1', 't2'] as const;
const quotas = fc.option(fc.record({ cohort: fc.integer({ min: 0, max: 24 }), own: fc.array(fc.integer({ min: 0, max: 24 }), { minLength: 2, maxLength: 2 }), borrow: fc.option(fc.integer({ min: 0, max: 16 })), lend: fc.option(fc.integer({ min: 0, max: 16 })), watts: fc.option(watts(3_000, 30_000)), shape: fc.option(fc.integer({ min: 0, max: 8 })) }), { freq: 2 })
  .map((x): LedgerFact[] => (x === null ? [] : [{
    kind: 'QUOTAS', quotas: [quota('cohort', { limits: [{ dimension: 'GPU', nominal: x.cohort }] }), ...TENANTS.map((t, n) => quota(t, {
      parentId: 'cohort' as QuotaId, tenantId: id.tenant(t),
      limits: [
        { dimension: 'GPU', nominal: x.own[n] ?? 0, ...(x.borrow === null ? {} : { borrowingLimit: x.borrow }), ...(x.lend === null ? {} : { lendingLimit: x.lend }) },
        ...(x.watts === null ? [] : [{ dimension: 'WATTS' as const, nominal: x.watts }]),
        ...(x.shape === null ? [] : [{ dimension: 'GPU:l40-4' as const, nominal: x.shape }]),
      ],
    }))],
  }]));
const quota = (name: string, more: Partial<Quota>): Quota => ({ id: name as QuotaId, regionId: 'region' as RegionId, name, limits: [], budgets: [], generation: 1, ...more });

const machines = fc.tuple(...Array.from({ length: 8 }, (_, n) => machine(n)));
/** Two sites with trees, halls, phases, certifications and quotas. */
export const world: fc.Arbitrary<readonly LedgerFact[]> = fc.tuple(
  site('dc1'), site('dc2'), phases('dc1'), phases('dc2'), tree('dc1'), tree('dc2'), halls, fc.tuple(...RACKS.map(rack)), fc.tuple(...POOLS.map(pool)), machines, fc.tuple(certification(0), certification(1)), quotas,
).map(parts => parts.flat());

const TOPOLOGIES = ['SAME_MACHINE', 'NVLINK_DOMAIN', 'RACK', 'ROW', 'DATACENTER', 'ANY'] as const;
/** Without a date: the story has the clock. */
export interface Wanted {
  readonly days: number;
  readonly hold: boolean;
  readonly draw: boolean;
  readonly request: PlacementRequest;
}
export const wanted: fc.Arbitrary<Wanted> = fc.record({
  count: fc.constantFrom(1, 1, 1, 2, 3, 5), days: fc.integer({ min: 1, max: 15 }), hold: rarely, draw: fc.boolean(), tenant: fc.constantFrom(...TENANTS), tenantClass: fc.constantFrom('PUBLIC_BODY', 'PUBLIC_BODY', 'PRIVATE'),
  shape: fc.constantFrom(...SHAPES), either: rarely, size: fc.constantFrom('whole', 'whole', 1, 2, 3, 5, 'slice', 'slice', 'cpu'), milli: fc.constantFrom(125, 333, 500, 999), cpu: fc.constantFrom(null, null, 1_000, 60_000, 150_000, null),
  topology: fc.option(fc.record({ level: fc.constantFrom(...TOPOLOGIES), required: fc.boolean() }), { freq: 2 }), dc: fc.constantFrom(null, null, null, null, 'dc1', 'dc2', null), law: fc.constantFrom(...Array.from({ length: 9 }, () => 'none' as const), 'HEALTH', 'HEALTH', 'SOC2', 'DE', 'none' as const),
  staff: rarely, data: rarely, purpose: fc.constantFrom(null, null, null, 'TRAINING', 'INFERENCE', null), yields: fc.boolean(),
}).map((x): Wanted => ({
  days: x.days, hold: x.hold, draw: x.draw,
  request: order(x.count, {
    tenantId: id.tenant(x.tenant), tenantClass: x.tenantClass as 'PUBLIC_BODY', shapeId: id.shape(x.shape), shapeCode: x.shape, datacenterId: x.dc === null ? null : id.dc(x.dc), interruptible: x.yields,
    legal: { jurisdictions: x.law === 'DE' ? ['DE', 'CH'] : ['EU'], certifications: x.law === 'SOC2' ? ['SOC2'] : [], dataClass: x.law === 'HEALTH' ? 'HEALTH' : 'ORDINARY' },
    ...(x.either ? { orShapeIds: [...new Set(SHAPES)].map(id.shape) } : {}),
    ...(x.size === 'slice' ? { milliGpu: x.milli } : x.size === 'cpu' ? { gpusPerInstance: 0, cpuMilli: x.cpu ?? 30_000, ramMiB: 100_000 } : typeof x.size === 'number' ? { gpusPerInstance: x.size } : {}),
    ...(x.cpu === null || x.size === 'cpu' ? {} : { cpuMilli: x.cpu }), ...(x.topology === null ? {} : { topology: x.topology }),
    ...(x.staff ? { maxResponseMinutes: 60 } : {}), ...(x.data ? { dataDatacenterId: id.dc('dc1') } : {}), ...(x.purpose === null ? {} : { purpose: x.purpose as 'TRAINING' }),
  }),
}));

export type Step =
  | { readonly do: 'ORDER'; readonly wanted: Wanted }
  | { readonly do: 'RELEASE'; readonly n: number }
  | { readonly do: 'UNRESERVE'; readonly n: number }
  | { readonly do: 'UNHOLD'; readonly n: number }
  | { readonly do: 'WAIT'; readonly days: number }
  | { readonly do: 'RESERVE'; readonly machines: number; readonly in: number; readonly days: number; readonly shape: string; readonly tenant: string }
  | { readonly do: 'FACT'; readonly fact: LedgerFact };
const change: fc.Arbitrary<LedgerFact> = fc.oneof(
  machines.chain(list => fc.constantFrom(...list)), fc.tuple(...RACKS.map(rack)).chain(list => fc.constantFrom(...list)), fc.tuple(...POOLS.map(pool)).chain(list => fc.constantFrom(...list)),
  fc.constantFrom(...DCS).chain(site), phases('dc1').map(list => list.at(-1) as LedgerFact), fc.nat(1).chain(certification), halls.chain(list => fc.constantFrom(...list)),
);
export const steps = (maxLength: number): fc.Arbitrary<readonly Step[]> => fc.array(fc.oneof(
  { weight: 10, arbitrary: wanted.map((w): Step => ({ do: 'ORDER', wanted: w })) }, { weight: 3, arbitrary: fc.nat(50).map((n): Step => ({ do: 'RELEASE', n })) },
  { weight: 2, arbitrary: fc.integer({ min: 1, max: 4 }).map((days): Step => ({ do: 'WAIT', days })) }, { weight: 1, arbitrary: fc.nat(5).map((n): Step => ({ do: 'UNRESERVE', n })) },
  { weight: 1, arbitrary: fc.nat(5).map((n): Step => ({ do: 'UNHOLD', n })) },
  { weight: 4, arbitrary: fc.record({ machines: fc.integer({ min: 1, max: 2 }), in: fc.integer({ min: 0, max: 4 }), days: fc.integer({ min: 2, max: 12 }), shape: fc.constantFrom(...SHAPES), tenant: fc.constantFrom(...TENANTS) }).map((x): Step => ({ do: 'RESERVE', ...x })) },
  { weight: 2, arbitrary: change.map((fact): Step => ({ do: 'FACT', fact })) },
), { maxLength, size: 'max' });

export const requestOf = (w: Wanted, clock: number, reservations: readonly ReserveFact[]): PlacementRequest => {
  const r: PlacementRequest = { ...w.request, at: day(clock), leaseEnd: day(clock + w.days) };
  const mine = w.draw ? reservations.find(x => x.tenantId === r.tenantId && x.from <= r.at && r.at < x.to) : undefined;
  return mine === undefined ? r : { ...r, reservationId: mine.reservationId, leaseEnd: mine.to < r.leaseEnd ? mine.to : r.leaseEnd };
};

/** The ledger facts of a placement: claims, or a plan's holds. */
export const claimsFor = (v: Extract<Verdict, { outcome: 'PLACED' }>, r: PlacementRequest, name: string): ClaimFact[] =>
  v.placements.map(({ machineId, gpus, watts, cpuMilli, ramMiB, milliGpu, slot }, n) => ({
    kind: 'CLAIM', instanceId: id.instance(`${name}-${String(n)}`), tenantId: r.tenantId, projectId: r.projectId, machineId, gpus, watts, cpuMilli, ramMiB, leaseEnd: r.leaseEnd, interruptible: r.interruptible ?? false,
    decisionId: name as ClaimFact['decisionId'], ...(milliGpu === undefined ? {} : { milliGpu }), ...(slot === undefined ? {} : { slot }), ...(r.reservationId === undefined ? {} : { reservationId: r.reservationId }),
  }));
const holdOf = ({ kind: _, decisionId, interruptible: __, orShapeIds: ___, ...c }: ClaimFact): HoldFact => ({ kind: 'HOLD', planId: decisionId as string as PlanId, expiresAt: day(99), ...c });

/** What a story meets. `facts`: before it. */
export interface Watcher {
  readonly order?: (x: { readonly facts: readonly LedgerFact[]; readonly r: PlacementRequest; readonly v: Verdict; readonly s: CapacityState }) => void;
  readonly reservation?: (x: { readonly facts: readonly LedgerFact[]; readonly r: ReservationAsked; readonly v: ReturnType<typeof placeReservation>; readonly made: readonly ReserveFact[] }) => void;
}
export interface Told {
  readonly facts: LedgerFact[];
  readonly s: CapacityState;
  readonly clock: number;
  readonly reservations: readonly ReserveFact[];
}

/** Runs a story as an allocator would, one decision after the other. */
export const tell = (start: readonly LedgerFact[], list: readonly Step[], watch: Watcher = {}): Told => {
  const facts = [...start];
  const s = capacityOf(facts);
  let live: (ClaimFact | HoldFact)[] = [];
  let reservations: ReserveFact[] = [];
  let clock = 0;
  const add = (more: readonly LedgerFact[]): void => { append(s, more); facts.push(...more); };
  const gone = (c: ClaimFact | HoldFact | undefined): void => {
    if (c === undefined) return;
    live = live.filter(x => x !== c);
    add([c.kind === 'CLAIM' ? releaseFact(c) : { kind: 'UNHOLD', planId: c.planId, instanceId: c.instanceId, machineId: c.machineId, gpus: c.gpus, watts: c.watts, cpuMilli: c.cpuMilli, ramMiB: c.ramMiB }]);
  };
  list.forEach((x, n) => {
    if (x.do === 'FACT') add([x.fact]);
    else if (x.do === 'WAIT') clock += x.days;
    else if (x.do === 'RELEASE') gone(live[x.n % Math.max(1, live.length)]);
    else if (x.do === 'UNHOLD') gone(live.filter(c => c.kind === 'HOLD')[x.n]);
    else if (x.do === 'UNRESERVE') {
      const one = reservations[x.n];
      if (one === undefined) return;
      reservations = reservations.filter(r => r.reservationId !== one.reservationId);
      add([{ kind: 'UNRESERVE', reservationId: one.reservationId }]);
    } else if (x.do === 'RESERVE') {
      const r: ReservationAsked = {
        tenantId: id.tenant(x.tenant), tenantClass: 'PUBLIC_BODY', projectId: 'pr1' as ProjectId, shapeId: id.shape(x.shape), shapeCode: x.shape, machines: x.machines, datacenterId: null,
        legal: order(1).legal, from: day(clock + x.in), to: day(clock + x.in + x.days), now: day(clock),
      };
      const v = placeReservation(s, r);
      const made = v.outcome === 'PLACED' ? v.machines.map((t): ReserveFact => ({ kind: 'RESERVE', reservationId: `res${String(n)}` as ReservationId, tenantId: r.tenantId, projectId: r.projectId, from: r.from, to: r.to, ...t })) : [];
      watch.reservation?.({ facts, r, v, made });
      reservations.push(...made);
      add(made);
    } else {
      const r = requestOf(x.wanted, clock, reservations);
      const v = place(s, r);
      watch.order?.({ facts, r, v, s });
      if (v.outcome === 'REFUSED') return;
      const claims = claimsFor(v, r, `i${String(n).padStart(3, '0')}`);
      const made = x.wanted.hold ? claims.map(holdOf) : claims;
      live.push(...made);
      add(made);
    }
  });
  return { facts, s, clock, reservations };
};
