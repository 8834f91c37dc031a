import type { AuditFact } from '../audit/model.ts';
import type { Change, Decision } from '../audit/decision.ts';
import { amended } from '../audit/decision.ts';
import type { Verdict } from '../capacity/model.ts';
import * as check from '../core/check.ts';
import { at, fault } from '../core/check.ts';
import { nearest } from '../core/near.ts';
import type { DatacenterId, DecisionId, Faults, Ids, Instant, MachineId, OrganisationId, Problem, ProjectId, ReservationId, Result } from '../core/index.ts';
import { faults, no, ok, problem } from '../core/index.ts';
import type { Datacenter } from '../datacenter/model.ts';
import type { Organisation } from '../organisation/model.ts';
import type { Project } from '../project/model.ts';
import type { Region } from '../region/model.ts';
import type { Shape } from '../shape/model.ts';
import type { Reservation } from './model.ts';
import { MAX_RESERVATION_DAYS, MAX_RESERVED_MACHINES } from './model.ts';
import type { ReservationRequest } from './protocol.ts';
import { stateAt } from './state.ts';

/** What a tenant asks for, as it was written. */
export interface CreateReservation {
  readonly projectId: ProjectId;
  /** Code. */
  readonly shape: string;
  readonly machines: number;
  readonly from: Instant;
  readonly to: Instant;
  /** Code; an operator with one region need not be told which. */
  readonly region?: string;
  readonly datacenterId?: DatacenterId;
}
export interface ReservationSeen {
  readonly project: Project | undefined;
  readonly shapes: readonly Shape[];
  readonly regions: readonly Region[];
  /** The one that is named. */
  readonly datacenter: Datacenter | undefined;
}

const DAY_MS = 86_400_000;

/** The request for the region's allocator, or every fault of the input at once. Whether it can be had is not asked here. */
export const decideCreateReservation = (
  input: CreateReservation, seen: ReservationSeen, by: { readonly ids: Ids; readonly now: Instant; readonly organisation: Organisation },
): Result<{ readonly request: ReservationRequest; readonly region: Region }, Faults> => {
  const { project } = seen;
  if (project === undefined) return no([problem('NOT_FOUND', { noun: 'project', id: check.shown(input.projectId) }, { path: ['projectId'] })]);
  const shape = seen.shapes.find(s => s.code === input.shape);
  const region = regionOf(input.region, seen.regions);
  const found = faults([
    ...(shape === undefined ? [unknown('shape', input.shape, seen.shapes.map(s => s.code))] : []),
    ...check.integer(at('machines'), input.machines, 1, MAX_RESERVED_MACHINES), ...intervalFaults(input, by.now),
    ...(region.ok ? siteFaults(input.datacenterId, seen.datacenter, region.value) : [region.error]),
  ]);
  if (found !== undefined || !region.ok || shape === undefined) return no(found ?? [fault('REQUIRED', at('region'))]);
  const { machines, from, to } = input;
  return ok({
    region: region.value,
    request: {
      reservationId: by.ids.next('reservation'), tenantId: by.organisation.id, tenantClass: by.organisation.class, projectId: project.id, shapeId: shape.id, shapeCode: shape.code,
      machines, watts: machines * shape.maxW, datacenterId: input.datacenterId ?? null, from, to, legal: project.legalScope,
    },
  });
};

const unknown = (field: string, value: string, known: readonly string[]): Problem => fault('UNKNOWN_VALUE', at(field), { value: check.shown(value), near: nearest(value, known), known });

const regionOf = (code: string | undefined, regions: readonly Region[]): Result<Region, Problem> => {
  const [only, ...more] = regions;
  if (code === undefined) return only !== undefined && more.length === 0 ? ok(only) : no(fault('REQUIRED', at('region'), { known: regions.map(r => r.code) }));
  const found = regions.find(r => r.code === code);
  return found === undefined ? no(unknown('region', code, regions.map(r => r.code))) : ok(found);
};

const siteFaults = (id: DatacenterId | undefined, datacenter: Datacenter | undefined, region: Region): check.Found =>
  id === undefined || datacenter?.regionId === region.id ? check.NONE : [problem('NOT_FOUND', { noun: 'datacenter', id: check.shown(id) }, { path: ['datacenterId'] })];

const intervalFaults = ({ from, to }: CreateReservation, now: Instant): check.Found => {
  if (to <= from) return [fault('INTERVAL_REVERSED', at('to'), { from, to })];
  const days = Math.ceil((Date.parse(to) - Date.parse(from)) / DAY_MS);
  return [
    ...(from < now ? [fault('IN_THE_PAST', at('from'), { value: from, now })] : []),
    ...(days > MAX_RESERVATION_DAYS ? [fault('ABOVE_MAXIMUM', at('to'), { value: `${String(days)} d`, limit: `${String(MAX_RESERVATION_DAYS)} d` })] : []),
  ];
};

interface Where {
  readonly regionCode: string;
  /** Fencing epoch of the allocator. */
  readonly epoch: number;
}

/** The row, once the allocator has pinned machines. `machineIds` is as long as the request asks. */
export const reserved = (
  request: ReservationRequest, pinned: { readonly machineIds: readonly MachineId[]; readonly decisionId: DecisionId; readonly regionId: Reservation['regionId'] }, where: Where,
): Decision<Reservation> => {
  const { reservationId, tenantId, projectId, shapeId, machines, watts, datacenterId, from, to } = request;
  const next: Reservation = {
    id: reservationId, tenantId, projectId, regionId: pinned.regionId, ...(datacenterId === null ? {} : { datacenterId }), shapeId, machines, watts, from, to, state: 'SCHEDULED',
    machineIds: pinned.machineIds, decisionId: pinned.decisionId, generation: 1,
  };
  return {
    next, events: [event(next, where.regionCode, 'created')],
    audit: [{ ...fact(next, where, 'compute.reservation.create'), numbers: { machines, watts, shape: request.shapeCode, from, to, decision: pinned.decisionId } }],
  };
};

/** The audit fact of a refused reservation; the verdict itself is stored as a decision. */
export const reservationRefused = (request: ReservationRequest, verdict: Extract<Verdict, { outcome: 'REFUSED' }>, where: Where): AuditFact => {
  const headline = verdict.reasons[0];
  return {
    type: 'compute.reservation.create', phase: 'denied', outcome: 'denied', tenant: request.tenantId, ...(headline === undefined ? {} : { reason: headline.reason }),
    target: { kind: 'reservation', id: request.reservationId, parent: request.projectId, region: where.regionCode },
    numbers: { machines: request.machines, watts: request.watts, wouldFit: verdict.wouldFit, shape: request.shapeCode, from: request.from, to: request.to }, op: { epoch: where.epoch },
  };
};

/** Its time is over: what was pinned serves everybody again. */
export const reservationEnded = (r: { readonly reservationId: ReservationId; readonly tenantId: OrganisationId; readonly projectId: ProjectId; readonly to: Instant }, machines: number, regionCode: string): AuditFact => ({
  type: 'compute.reservation.end', phase: 'completed', outcome: 'success', tenant: r.tenantId,
  target: { kind: 'reservation', id: r.reservationId, parent: r.projectId, region: regionCode }, numbers: { machines, to: r.to },
});

const CHANGED = ['state', 'cancelledAt'] as const;
/** Refused: NOT_FOUND, also for another tenant's (the two must look the same); WRONG_STATE when it is over or cancelled. A running one may end early. */
export const decideCancelReservation = (
  reservation: Reservation | undefined, asked: { readonly tenantId: OrganisationId; readonly reservationId: ReservationId; readonly now: Instant }, where: Where,
): Result<Change<Reservation, (typeof CHANGED)[number]>, Problem> => {
  if (reservation?.tenantId !== asked.tenantId) return no(problem('NOT_FOUND', { noun: 'reservation', id: asked.reservationId }, { path: ['id'] }));
  const state = stateAt(reservation, asked.now);
  if (state === 'CANCELLED' || state === 'EXPIRED') {
    return no(problem('WRONG_STATE', { noun: 'reservation', id: reservation.id, state, expected: ['SCHEDULED', 'ACTIVE'] }, { path: ['id'] }));
  }
  const amend = amended(reservation, { state: 'CANCELLED', cancelledAt: asked.now }, CHANGED);
  return ok({
    ...amend, events: [event(amend.next, where.regionCode, 'updated')],
    audit: [{ ...fact(amend.next, where, 'compute.reservation.cancel'), change: [{ path: 'state', from: state, to: 'CANCELLED' }], numbers: { machines: reservation.machines, watts: reservation.watts } }],
  });
};

const event = (r: Reservation, regionCode: string, verb: string) => ({ noun: 'reservation', objectId: r.id, verb, regionCode, tenantId: r.tenantId });
const fact = (r: Reservation, { regionCode, epoch }: Where, type: AuditFact['type']): AuditFact => ({
  type, phase: 'completed', outcome: 'success', tenant: r.tenantId, op: { epoch },
  target: { kind: 'reservation', id: r.id, parent: r.projectId, region: regionCode, ...(r.datacenterId === undefined ? {} : { datacenter: r.datacenterId }) },
});
