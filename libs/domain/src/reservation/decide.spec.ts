import { describe, expect, it } from 'vitest';
import type { DecisionId, MachineId, OrganisationId, ProjectId, RegionId } from '../core/index.ts';
import { countingIds, datacenter, faultInWords, inWords, region, shape } from '../datacenter/site.fixture.ts';
import type { Organisation } from '../organisation/model.ts';
import type { Project } from '../project/model.ts';
import type { CreateReservation, ReservationSeen } from './decide.ts';
import { decideCancelReservation, decideCreateReservation, reserved } from './decide.ts';
import { holds, stateAt } from './state.ts';

const day = (text: string): string => `${text}T00:00:00.000Z`;
const NOW = day('2026-11-24');
const organisation: Organisation = { id: 'organisation_o' as OrganisationId, code: 'chu', name: 'CHU', class: 'PUBLIC_BODY', memberIds: [], generation: 1 };
const project: Project = {
  id: 'project_p' as ProjectId, tenantId: organisation.id, code: 'imaging', name: 'Imagerie', stage: 'PILOT', legalScope: { jurisdictions: ['EU-FR'], certifications: ['HDS'], dataClass: 'HEALTH' },
  conditions: [], observedGeneration: 0, generation: 1,
};
const ask = (over: Partial<CreateReservation> = {}, seen: Partial<ReservationSeen> = {}) => decideCreateReservation(
  { projectId: project.id, shape: 'h200-8', machines: 4, from: day('2026-12-01'), to: day('2026-12-15'), ...over },
  { project, shapes: [shape], regions: [region], datacenter: undefined, ...seen }, { ids: countingIds(), now: NOW, organisation },
);
const where = { regionCode: 'fr-valence', epoch: 7 };
const accepted = ask();
if (!accepted.ok) throw new Error('the example is refused');
const { next: reservation } = reserved(accepted.value.request, { machineIds: ['m1', 'm2', 'm3', 'm4'] as MachineId[], decisionId: 'decision_d' as DecisionId, regionId: region.id }, where);

describe('a reservation is asked for', () => {
  it.each([
    { reason: 'as it should be', result: accepted, said: ['ok'] },
    { reason: 'from this very instant', result: ask({ from: NOW }), said: ['ok'] },
    { reason: 'from yesterday', result: ask({ from: day('2026-11-23') }), said: [`IN_THE_PAST from value=${day('2026-11-23')}`] },
    { reason: 'the wrong way round', result: ask({ to: day('2026-11-30') }), said: ['INTERVAL_REVERSED to'] },
    { reason: 'for no time at all', result: ask({ to: day('2026-12-01') }), said: ['INTERVAL_REVERSED to'] },
    { reason: 'for 366 days', result: ask({ to: day('2027-12-02') }), said: ['ok'] },
    { reason: 'for a day more', result: ask({ to: day('2027-12-03') }), said: ['ABOVE_MAXIMUM to value=367 d limit=366 d'] },
    { reason: 'of nothing', result: ask({ machines: 0 }), said: ['BELOW_MINIMUM machines value=0 limit=1'] },
    { reason: 'of 512 machines', result: ask({ machines: 512 }), said: ['ok'] },
    { reason: 'of more', result: ask({ machines: 513 }), said: ['ABOVE_MAXIMUM machines value=513 limit=512'] },
    { reason: 'of a shape that does not exist', result: ask({ shape: 'h20-8' }), said: ['UNKNOWN_VALUE shape value=h20-8 near=h200-8'] },
    { reason: 'in a region of many that is not named', result: ask({}, { regions: [region, { ...region, code: 'fr-caen' }] }), said: ['REQUIRED region'] },
    { reason: 'on a site of the region', result: ask({ datacenterId: datacenter.id }, { datacenter }), said: ['ok'] },
    { reason: 'on a site of another region', result: ask({ datacenterId: datacenter.id }, { datacenter: { ...datacenter, regionId: 'region_x' as RegionId } }), said: ['NOT_FOUND datacenterId'] },
    { reason: 'for a project of nobody', result: ask({}, { project: undefined }), said: ['NOT_FOUND projectId'] },
    { reason: 'with everything wrong: all of it is said', result: ask({ machines: 0, shape: 'x', from: day('2026-11-01') }), said: ['UNKNOWN_VALUE shape value=x near=none', 'BELOW_MINIMUM machines value=0 limit=1', `IN_THE_PAST from value=${day('2026-11-01')}`] },
  ])('$reason', ({ result, said }) => { expect(inWords(result)).toEqual(said); });

  it('holds the watts of its machines at full load, under the law of its project', () => {
    expect(accepted.value.request).toMatchObject({ watts: 4 * 10_200, legal: { certifications: ['HDS'] }, datacenterId: null });
  });
});

describe('a reservation is, by the calendar alone', () => {
  const cancelled = { ...reservation, state: 'CANCELLED', cancelledAt: day('2026-12-03') } as const;
  it.each([
    { reason: 'before it begins', of: reservation, now: '2026-11-30T23:59:59.999Z', state: 'SCHEDULED' },
    { reason: 'at its first instant', of: reservation, now: day('2026-12-01'), state: 'ACTIVE' },
    { reason: 'at the instant that it ends', of: reservation, now: day('2026-12-15'), state: 'EXPIRED' },
    { reason: 'once cancelled, for ever', of: cancelled, now: day('2027-01-01'), state: 'CANCELLED' },
  ])('$reason: $state', ({ of, now, state }) => { expect(stateAt(of, now)).toBe(state); });

  it.each([
    { reason: 'from its first to its last instant', of: reservation, held: { from: day('2026-12-01'), to: day('2026-12-15') } },
    { reason: 'until it is cancelled', of: cancelled, held: { from: day('2026-12-01'), to: day('2026-12-03') } },
    { reason: 'never, when cancelled before', of: { ...cancelled, cancelledAt: NOW }, held: undefined },
  ])('and holds its machines $reason', ({ of, held }) => { expect(holds(of)).toEqual(held); });
});

describe('a reservation is cancelled', () => {
  const cancel = (over: Partial<typeof reservation> | undefined, now = NOW, tenantId = organisation.id): readonly string[] => {
    const done = decideCancelReservation(over === undefined ? undefined : { ...reservation, ...over }, { tenantId, reservationId: reservation.id, now }, where);
    return done.ok ? [`${done.value.next.state} ${String(done.value.changes.cancelledAt)}`] : [faultInWords(done.error)];
  };
  it.each([
    { reason: 'before it begins', said: cancel({}), is: [`CANCELLED ${NOW}`] },
    { reason: 'while it runs', said: cancel({}, day('2026-12-02')), is: [`CANCELLED ${day('2026-12-02')}`] },
    { reason: 'when it is over', said: cancel({}, day('2026-12-15')), is: ['WRONG_STATE id expected=SCHEDULED,ACTIVE'] },
    { reason: 'twice', said: cancel({ state: 'CANCELLED', cancelledAt: NOW }), is: ['WRONG_STATE id expected=SCHEDULED,ACTIVE'] },
    { reason: 'when there is none', said: cancel(undefined), is: ['NOT_FOUND id'] },
    { reason: 'by another tenant: as if there were none', said: cancel({}, NOW, 'organisation_x' as OrganisationId), is: ['NOT_FOUND id'] },
  ])('$reason', ({ said, is }) => { expect(said).toEqual(is); });

  it('the audit log says what was reserved and what came back', () => {
    const made = reserved(accepted.value.request, { machineIds: [], decisionId: 'decision_d' as DecisionId, regionId: region.id }, where);
    const ended = decideCancelReservation(reservation, { tenantId: organisation.id, reservationId: reservation.id, now: NOW }, where);
    expect([made.audit[0], ended.ok ? ended.value.audit[0] : undefined]).toMatchObject([
      { type: 'compute.reservation.create', tenant: organisation.id, numbers: { machines: 4, watts: 40_800, shape: 'h200-8' } },
      { type: 'compute.reservation.cancel', change: [{ path: 'state', from: 'SCHEDULED', to: 'CANCELLED' }], numbers: { machines: 4, watts: 40_800 } },
    ]);
  });
});
