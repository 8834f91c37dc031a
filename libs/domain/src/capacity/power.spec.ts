import { describe, expect, test } from 'vitest';
import type { Params } from '../core/index.ts';
import { NOW, capacityOf, claimFact, hallFact, id, machineFact, nodeFact, order, phaseFact, poolFact, rackFact, siteFact } from './facts.fixture.ts';
import type { Counterfactual, LedgerFact, PlacementRequest, ReserveFact } from './index.ts';
import { decide } from './index.ts';

/** Two racks of one machine each. Idle they draw 2 × 1,900 W; a whole machine takes 4,100 W more. */
const IDLE = 3_800;
const FULL = 4_100;
const site = (more: { site?: Partial<ReturnType<typeof siteFact>>; rack?: Partial<ReturnType<typeof rackFact>>; phase?: number; above?: readonly LedgerFact[] } = {}): LedgerFact[] => [
  siteFact('dc1', more.site), phaseFact('phase 1', more.phase ?? 500_000_000), poolFact('p1'), ...(more.above ?? []),
  ...['r1', 'r2'].flatMap(r => [rackFact(r, more.rack), machineFact(`${r}-m`, r)]),
];
const TWO_FEEDS = { feedA: id.node('BUS-A'), feedB: id.node('BUS-B') };
const buses = (a: number, b: number): LedgerFact[] => [nodeFact('BUS-A', a, { side: 'A' }), nodeFact('BUS-B', b, { side: 'B' })];
const MARCH = '2027-03-01T00:00:00.000Z';
const reserved = (machine: string, from: string, to: string, watts = FULL): ReserveFact => ({
  kind: 'RESERVE', reservationId: 'res1' as ReserveFact['reservationId'], tenantId: id.tenant('t9'), projectId: 'pr9' as ReserveFact['projectId'], from, to, machineId: id.machine(machine), gpus: 8, watts, cpuMilli: 0, ramMiB: 0,
});

interface Refused {
  readonly because: string;
  readonly ledger: readonly LedgerFact[];
  readonly asked: PlacementRequest;
  readonly reasons: readonly string[];
  readonly headline: Params;
  readonly wouldFit: number;
  readonly advice: readonly Counterfactual[];
}

const REFUSED: readonly Refused[] = [
  {
    because: 'after the loss of a side the other one must carry both racks, and is one watt short for the second machine',
    ledger: site({ rack: TWO_FEEDS, above: buses(IDLE + 2 * FULL - 1, 60_000) }), asked: order(2), reasons: ['POWER_FEED_N_MINUS_1'],
    headline: { what: 'FEED', name: 'BUS-A', askedW: FULL, freeW: FULL - 1, limitW: 11_999, blockedMachines: 2, at: NOW }, wouldFit: 1, advice: [{ change: 'FEWER', count: 1 }],
  },
  {
    because: 'racks of one feed overload it while nothing is lost: the node itself is too small',
    ledger: site({ rack: { feedA: id.node('BUS-A') }, above: buses(IDLE + 2 * FULL - 1, 60_000) }), asked: order(2), reasons: ['POWER_NODE'],
    headline: { what: 'FEED', name: 'BUS-A', askedW: FULL, freeW: FULL - 1, limitW: 11_999, blockedMachines: 2, at: NOW }, wouldFit: 1, advice: [{ change: 'FEWER', count: 1 }],
  },
  {
    because: 'above both feeds the halves meet again: the transformer carries all of it',
    ledger: site({ rack: TWO_FEEDS, above: [nodeFact('TR-1', IDLE + 2 * FULL - 1), nodeFact('BUS-A', 60_000, { side: 'A', parentId: id.node('TR-1') }), nodeFact('BUS-B', 60_000, { side: 'B', parentId: id.node('TR-1') })] }),
    asked: order(2), reasons: ['POWER_NODE'], headline: { what: 'NODE', name: 'TR-1', askedW: FULL, freeW: FULL - 1, limitW: 11_999, blockedMachines: 2, at: NOW }, wouldFit: 1, advice: [{ change: 'FEWER', count: 1 }],
  },
  {
    because: 'the contract is in facility watts: 14,399 W at a PUE of 1.2 are 11,999 W of machines',
    ledger: site({ site: { pueMilli: 1_200 }, phase: 14_399 }), asked: order(2), reasons: ['POWER_PHASE'],
    headline: { what: 'SITE', name: 'dc1', askedW: FULL, freeW: FULL - 1, limitW: 11_999, blockedMachines: 2, at: NOW, pueMilli: 1_200 }, wouldFit: 1, advice: [{ change: 'FEWER', count: 1 }],
  },
  {
    because: 'the hall takes no more heat',
    ledger: site({ above: [hallFact('hall', IDLE + 2 * FULL - 1)] }), asked: order(2), reasons: ['COOLING'],
    headline: { what: 'HALL', name: 'hall', askedW: FULL, freeW: FULL - 1, limitW: 11_999, blockedMachines: 2, at: NOW }, wouldFit: 1, advice: [{ change: 'FEWER', count: 1 }],
  },
  {
    because: 'the inlet of the rack carries no machine at full load, and never will: nothing runs that could end',
    ledger: site({ rack: { maxPowerW: 5_999 } }), asked: order(1), reasons: ['RACK_POWER'],
    headline: { what: 'RACK', name: 'r1', askedW: FULL, freeW: 4_099, limitW: 5_999, racks: 2, freeMachines: 2, blockedMachines: 2 }, wouldFit: 0, advice: [],
  },
  {
    because: 'the heat of the rack is what limits it',
    ledger: site({ rack: { coolingW: 5_999 } }), asked: order(1), reasons: ['COOLING'],
    headline: { what: 'RACK', name: 'r1', askedW: FULL, freeW: 4_099, limitW: 5_999, racks: 2, freeMachines: 2, blockedMachines: 2 }, wouldFit: 0, advice: [],
  },
  {
    because: 'a feed that serves one rack alone is named, not the rack: with both up it would do',
    ledger: [...site(), nodeFact('FEED-1A', 5_999, { side: 'A' }), nodeFact('FEED-1B', 9_000, { side: 'B' }), rackFact('r1', { feedA: id.node('FEED-1A'), feedB: id.node('FEED-1B') }), machineFact('r2-m', 'r2', { state: 'GONE' })],
    asked: order(1), reasons: ['POWER_FEED_N_MINUS_1'],
    headline: { what: 'FEED', name: 'FEED-1A', askedW: FULL, freeW: 4_099, limitW: 5_999, racks: 1, freeMachines: 1, blockedMachines: 1 }, wouldFit: 0, advice: [],
  },
  {
    because: 'and is too small in itself where the rack has no other',
    ledger: [...site(), nodeFact('FEED-1A', 5_999, { side: 'A' }), rackFact('r1', { feedA: id.node('FEED-1A') }), machineFact('r2-m', 'r2', { state: 'GONE' })],
    asked: order(1), reasons: ['POWER_NODE'],
    headline: { what: 'FEED', name: 'FEED-1A', askedW: FULL, freeW: 4_099, limitW: 5_999, racks: 1, freeMachines: 1, blockedMachines: 1 }, wouldFit: 0, advice: [],
  },
  {
    because: 'of two limits that are short the one without which it would have gone furthest stands first: the racks could take two, their busway one',
    ledger: [...site({ rack: { feedA: id.node('BUS-A') }, above: buses(IDLE + 1_900 + FULL, 60_000) }), rackFact('r3', { maxPowerW: 5_000 }), machineFact('r3-m', 'r3')], asked: order(2), reasons: ['POWER_NODE', 'RACK_POWER'],
    headline: { what: 'FEED', name: 'BUS-A', askedW: FULL, freeW: 1_900, limitW: 9_800, blockedMachines: 2, at: NOW }, wouldFit: 1, advice: [{ change: 'FEWER', count: 1 }],
  },
  {
    because: 'and where the racks alone take fewer than is asked, the rack stands first',
    ledger: [...site({ rack: { feedA: id.node('BUS-A') }, above: buses(IDLE + 1_900 + FULL, 60_000) }), rackFact('r3', { maxPowerW: 5_000 }), machineFact('r3-m', 'r3')], asked: order(3), reasons: ['RACK_POWER', 'POWER_NODE'],
    headline: { what: 'RACK', name: 'r3', askedW: FULL, freeW: 3_100, limitW: 5_000, racks: 1, freeMachines: 3, blockedMachines: 1 }, wouldFit: 1, advice: [{ change: 'FEWER', count: 1 }],
  },
  {
    because: 'the only phase ends inside the lease: until then it can be had',
    ledger: [...site(), phaseFact('phase 1', 500_000_000, { to: MARCH })], asked: order(1, { leaseEnd: '2027-06-01T00:00:00.000Z' }), reasons: ['POWER_PHASE'],
    headline: { what: 'SITE', name: 'dc1', askedW: FULL, freeW: 0, limitW: 0, blockedMachines: 2, at: MARCH, pueMilli: 1_000 }, wouldFit: 0, advice: [{ change: 'SHORTER', leaseEnd: MARCH }],
  },
  {
    because: 'the next phase brings the power on its day, and a lease as long fits then',
    ledger: [...site({ phase: IDLE + FULL }), phaseFact('phase 2', 500_000, { from: MARCH })], asked: order(2), reasons: ['POWER_PHASE'],
    headline: { what: 'SITE', name: 'dc1', askedW: FULL, freeW: 0, limitW: 7_900, blockedMachines: 2, at: NOW, pueMilli: 1_000 }, wouldFit: 1,
    advice: [{ change: 'FEWER', count: 1 }, { change: 'LATER', at: MARCH, because: 'PHASE_ENERGISED' }],
  },
  {
    because: 'a phase that is contracted and not energised gives nothing',
    ledger: [...site(), phaseFact('phase 1', 500_000_000, { energised: false })], asked: order(1), reasons: ['POWER_PHASE'],
    headline: { what: 'SITE', name: 'dc1', askedW: FULL, freeW: 0, limitW: 0, blockedMachines: 2, at: NOW, pueMilli: 1_000 }, wouldFit: 0, advice: [],
  },
  {
    because: 'a reservation takes the watts of the hall in the middle of the lease',
    ledger: [...site({ above: [hallFact('hall', IDLE + FULL)] }), reserved('r2-m', '2026-12-10T00:00:00.000Z', '2026-12-20T00:00:00.000Z')], asked: order(1), reasons: ['COOLING'],
    headline: { what: 'HALL', name: 'hall', askedW: FULL, freeW: 0, limitW: 7_900, blockedMachines: 1, at: '2026-12-10T00:00:00.000Z' }, wouldFit: 0,
    advice: [{ change: 'SHORTER', leaseEnd: '2026-12-10T00:00:00.000Z' }, { change: 'LATER', at: '2026-12-20T00:00:00.000Z', because: 'RESERVATION_ENDS' }],
  },
];

describe('power is refused with what ran short, where and when', () => {
  test.each(REFUSED)('$because', ({ ledger, asked, reasons, headline, wouldFit, advice }) => {
    const v = decide(capacityOf(ledger), asked);
    expect(v.outcome === 'REFUSED' && { reasons: v.reasons.map(r => r.reason), headline: v.reasons[0]?.params, wouldFit: v.wouldFit, advice: v.counterfactuals })
      .toEqual({ reasons, headline, wouldFit, advice });
  });
});

describe('power is given where it holds', () => {
  test.each<{ because: string; ledger: readonly LedgerFact[]; asked: PlacementRequest }>([
    { because: 'to the last watt on the side that is left', ledger: site({ rack: TWO_FEEDS, above: buses(IDLE + 2 * FULL, 60_000) }), asked: order(2) },
    { because: 'where the loss of a side need not be survived each carries half', ledger: site({ site: { feedLossTolerated: false }, rack: TWO_FEEDS, above: buses(IDLE / 2 + FULL, IDLE / 2 + FULL) }), asked: order(2) },
    { because: 'names of feeds limit nothing before the site has declared its nodes', ledger: site({ rack: TWO_FEEDS }), asked: order(2) },
    { because: 'a node that is gone limits nothing', ledger: [...site({ rack: TWO_FEEDS, above: buses(1, 1) }), nodeFact('BUS-A', 1, { gone: true }), nodeFact('BUS-B', 1, { gone: true })], asked: order(2) },
    { because: 'the greatest of the phases in force counts', ledger: [...site({ phase: IDLE }), phaseFact('phase 2', IDLE + 2 * FULL)], asked: order(2) },
  ])('$because', ({ ledger, asked }) => {
    const v = decide(capacityOf(ledger), asked);
    expect(v.outcome === 'PLACED' ? v.placements.length : v.reasons).toBe(asked.count);
  });
});

test('what is drawn from a reservation is not asked of the hall again, and what others draw beside it is', () => {
  const all = [...site({ above: [hallFact('hall', IDLE + FULL)] }), { ...reserved('r2-m', NOW, MARCH), tenantId: id.tenant('t1'), projectId: 'pr1' as ReserveFact['projectId'] }];
  const draw = order(1, { reservationId: 'res1' as ReserveFact['reservationId'] });
  const s = capacityOf(all);
  expect(decide(s, draw)).toMatchObject({ outcome: 'PLACED', placements: [{ machineId: 'r2-m' }] });
  const drawn = capacityOf([...all, claimFact('i1', 'r2-m', FULL, 8, { reservationId: 'res1' as ReserveFact['reservationId'], leaseEnd: draw.leaseEnd })]);
  expect(decide(drawn, order(1))).toMatchObject({ outcome: 'REFUSED', reasons: [{ reason: 'COOLING', params: { askedW: FULL, freeW: 0 } }] });
  // Kept and drawn are one: the hall of 7,900 W and another machine more carries the other one, too.
  const beside = capacityOf([...all, hallFact('hall', IDLE + 2 * FULL), claimFact('i1', 'r2-m', FULL, 8, { reservationId: 'res1' as ReserveFact['reservationId'], leaseEnd: draw.leaseEnd })]);
  expect(decide(beside, order(1))).toMatchObject({ outcome: 'PLACED', placements: [{ machineId: 'r1-m' }] });
  // What still runs beyond its lease draws power; what was only kept is free on the day.
  expect(decide(drawn, order(1, { at: MARCH, leaseEnd: '2027-04-01T00:00:00.000Z' })).outcome).toBe('REFUSED');
  expect(decide(s, order(1, { at: MARCH, leaseEnd: '2027-04-01T00:00:00.000Z' })).outcome).toBe('PLACED');
});
