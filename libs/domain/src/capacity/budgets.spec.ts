import { describe, expect, it, test } from 'vitest';
import type { PlanId, ProjectId } from '../core/index.ts';
import type { Quota, QuotaBudget } from '../quota/index.ts';
import { node } from '../quota/quota.fixture.ts';
import { append, capacityOf, claimFact, id, machineFact, openSite, order, poolFact, rackFact, releaseFact } from './facts.fixture.ts';
import type { CapacityState, HoldFact, PlacementRequest } from './index.ts';
import { decide, dump, fold, restore, snapshot, unfold } from './index.ts';

const day = (text: string): string => `${text}T00:00:00.000Z`;
const DEC = { at: day('2026-12-01'), leaseEnd: day('2026-12-02') };
/** One machine of 8 GPUs for a day is 192 GPU-hours and 98.4 kWh (4,100 W above idle), which are 99 when they are paid. */
const hours = (perPeriod: number, more: Partial<QuotaBudget> = {}): QuotaBudget => ({ dimension: 'GPU_HOURS', perPeriod, period: 'MONTH', carryOverPct: 0, ...more });
const quota = (...budgets: readonly QuotaBudget[]): Quota => ({ ...node('t1', { budgets }), tenantId: id.tenant('t1') });
const region = (...budgets: readonly QuotaBudget[]): CapacityState => capacityOf([
  ...openSite(), poolFact('p1'), ...['r1', 'r2'].flatMap(r => [rackFact(r), ...['a', 'b', 'c', 'd'].map(m => machineFact(`${r}${m}`, r))]), { kind: 'QUOTAS', quotas: [quota(...budgets)] },
]);
const claim = (name: string, machine: string, more: Partial<ReturnType<typeof claimFact>> = {}) => claimFact(name, machine, 4_100, 8, { ...DEC, ...more });
const spent = (s: CapacityState): readonly string[] => snapshot(s).spent.map(r => `${r.dimension} ${r.from.slice(0, 7)} ${String(r.amount)}`);
const said = (s: CapacityState, count: number, more: Partial<PlacementRequest> = {}): string => {
  const v = decide(s, order(count, { ...DEC, ...more }));
  if (v.outcome === 'PLACED') return 'PLACED';
  const { dimension, asked, from, until, max, available } = v.reasons[0]?.params ?? {};
  return `${v.reasons[0]?.reason ?? ''} ${String(dimension)} asked ${String(asked)} of ${String(max ?? available)} in ${String(from).slice(0, 7)} until ${String(until).slice(0, 7)}, would fit ${String(v.wouldFit)}${v.forEver ? ', for ever' : ''}`;
};

describe('an order is paid by its budget', () => {
  it.each([
    { reason: 'to its last hour', s: region(hours(192)), count: 1, is: 'PLACED' },
    { reason: 'and not beyond', s: region(hours(191)), count: 1, is: 'EXCEEDS_MAX_QUOTA GPU_HOURS asked 192 of 191 in 2026-12 until 2027-01, would fit 0, for ever' },
    { reason: 'of several, as many as it pays', s: region(hours(400)), count: 3, is: 'EXCEEDS_MAX_QUOTA GPU_HOURS asked 576 of 400 in 2026-12 until 2027-01, would fit 2, for ever' },
    { reason: 'what others spent of it is waited for', s: append(region(hours(400)), [claim('i1', 'r1a')]), count: 2, is: 'WAITING_FOR_QUOTA GPU_HOURS asked 384 of 208 in 2026-12 until 2027-01, would fit 1' },
    { reason: 'in each period its part', s: region(hours(200)), count: 1, more: { at: day('2026-12-31'), leaseEnd: day('2027-01-02') }, is: 'PLACED' },
    { reason: 'in kilowatt-hours, each instance rounded up', s: region(hours(198, { dimension: 'KWH' })), count: 2, is: 'PLACED' },
    { reason: 'in kilowatt-hours, not one more', s: region(hours(197, { dimension: 'KWH' })), count: 2, is: 'EXCEEDS_MAX_QUOTA KWH asked 198 of 197 in 2026-12 until 2027-01, would fit 1, for ever' },
    { reason: 'a slice in its thousandths', s: region(hours(6)), count: 1, more: { milliGpu: 250 }, is: 'PLACED' },
    { reason: 'a slice, not one hour more', s: region(hours(5)), count: 1, more: { milliGpu: 250 }, is: 'EXCEEDS_MAX_QUOTA GPU_HOURS asked 6 of 5 in 2026-12 until 2027-01, would fit 0, for ever' },
    { reason: 'of another tenant, who has none, without end', s: region(hours(1)), count: 4, more: { tenantId: id.tenant('t2'), projectId: 'pr2' as ProjectId }, is: 'PLACED' },
    { reason: 'never in euros: the ledger has no prices', s: region(hours(0, { dimension: 'EUR_MINOR' })), count: 1, is: 'PLACED' },
  ])('$reason', ({ s, count, more, is }) => { expect(said(s, count, more)).toBe(is); });

  it('and what it may have fewer of is accepted', () => {
    expect(said(append(region(hours(400)), [claim('i1', 'r1a')]), 1)).toBe('PLACED');
  });
});

describe('a budget that is spent says what else would do', () => {
  const v = (s: CapacityState, more: Partial<PlacementRequest>) => {
    const verdict = decide(s, order(1, { ...DEC, ...more }));
    return verdict.outcome === 'REFUSED' && !verdict.forEver ? verdict.counterfactuals : verdict.outcome;
  };
  it.each([
    { reason: 'the next period', s: append(region(hours(192)), [claim('i1', 'r1a')]), more: {}, is: [{ change: 'LATER', at: day('2027-01-01'), because: 'BUDGET_PERIOD_BEGINS' }] },
    { reason: 'a lease that ends before the period that cannot pay', s: append(region(hours(192)), [claim('i1', 'r1a', { at: day('2027-01-05'), leaseEnd: day('2027-01-06') })]), more: { at: day('2026-12-31'), leaseEnd: day('2027-01-02') }, is: [{ change: 'SHORTER', leaseEnd: day('2027-01-01') }] },
  ])('$reason', ({ s, more, is }) => { expect(v(s, more)).toEqual(is); });
});

describe('what is spent', () => {
  const s = (): CapacityState => append(region(hours(1_000), hours(9_999, { dimension: 'KWH' })), [claim('i1', 'r1a')]);
  const half = { ...releaseFact(claim('i1', 'r1a')), at: '2026-12-01T12:00:00.000Z' };
  it.each([
    { reason: 'is promised when it is claimed', of: s(), is: ['GPU_HOURS 2026-12 192', 'KWH 2026-12 99'] },
    { reason: 'comes back for what a claim did not last', of: append(s(), [half]), is: ['GPU_HOURS 2026-12 96', 'KWH 2026-12 50'] },
    { reason: 'stays spent when a claim ends with its lease', of: append(s(), [{ ...half, at: DEC.leaseEnd }]), is: ['GPU_HOURS 2026-12 192', 'KWH 2026-12 99'] },
    { reason: 'stays spent when the tree is planted anew', of: append(append(s(), [half]), [{ kind: 'QUOTAS', quotas: [quota(hours(5), hours(9_999, { dimension: 'KWH' }))] }]), is: ['GPU_HOURS 2026-12 96', 'KWH 2026-12 50'] },
    { reason: 'begins with what runs for a budget that is new', of: append(s(), [{ kind: 'QUOTAS', quotas: [quota(hours(1_000, { period: 'YEAR' }))] }]), is: ['GPU_HOURS 2026-01 192'] },
    { reason: 'is nothing of a claim that the ledger gives no beginning', of: append(region(hours(1_000)), [claimFact('old', 'r1a')]), is: [] },
  ])('$reason', ({ of, is }) => { expect(spent(of)).toEqual(is); });

  test('is held by a plan, and comes back whole when the plan expires', () => {
    const { machineId, gpus, watts, cpuMilli, ramMiB, tenantId, projectId, instanceId } = claim('i2', 'r1b');
    const hold: HoldFact = { kind: 'HOLD', planId: 'plan_1' as PlanId, instanceId, tenantId, projectId, expiresAt: day('2026-12-01'), ...DEC, machineId, gpus, watts, cpuMilli, ramMiB };
    const state = append(s(), [hold]);
    expect(spent(state)[0]).toBe('GPU_HOURS 2026-12 384');
    expect(spent(append(state, [{ kind: 'UNHOLD', planId: hold.planId, instanceId, machineId, gpus, watts, cpuMilli, ramMiB }]))[0]).toBe('GPU_HOURS 2026-12 192');
  });

  test('is as before when a batch is taken back, release and claim alike', () => {
    const state = s();
    const before = snapshot(state);
    const facts = [{ ...half, undo: claim('i1', 'r1a') }, claim('i3', 'r2a')];
    for (const fact of facts) fold(state, { index: state.index + 1, fact });
    expect(spent(state)[0]).toBe('GPU_HOURS 2026-12 288');
    for (const fact of facts.toReversed()) unfold(state, { index: state.index, fact });
    expect(snapshot(state)).toEqual(before);
  });

  test('is in the dump: what was paid by leases that are over is paid', () => {
    const state = append(s(), [half]);
    const restored = restore([...dump(state)]);
    if (!restored.ok) throw new Error(JSON.stringify(restored.error));
    expect(snapshot(restored.value)).toEqual(snapshot(state));
    expect(decide(restored.value, order(5, DEC))).toEqual(decide(state, order(5, DEC)));
    expect(said(restored.value, 5)).toContain('WAITING_FOR_QUOTA GPU_HOURS asked 960 of 904');
  });
});
