import type { AuditTarget } from '@cadastre/domain/audit';
import type { ReservationId } from '@cadastre/domain/core';
import { isId, no, problem } from '@cadastre/domain/core';
import { decideCreateReservation, stateAt, type CreateReservation, type Reservation } from '@cadastre/domain/reservation';
import * as datacenters from '@cadastre/store/datacenter';
import type { Reader } from '@cadastre/store/pool';
import * as projects from '@cadastre/store/project';
import * as regions from '@cadastre/store/region';
import * as reservations from '@cadastre/store/reservation';
import * as shapes from '@cadastre/store/shape';
import type { Page, Stored } from '@cadastre/store/sql';
import type { CancelReservationInput, CreateReservationInput } from '../generated/tenant.ts';
import { allocate, firstAnswer, type Answered, type Order } from '../shared/allocate.ts';
import { created, EMPTY, filterIds, idOrNone, type Filter } from '../shared/input.ts';
import { listById, type ListArgs } from '../shared/lists.ts';
import { admit, type Policy } from '../shared/mutate.ts';
import { refusedData } from '../shared/refused.ts';
import { tenantOf, type Viewer } from '../shared/viewer.ts';

const CREATE: Policy = { operation: 'createReservation', roles: ['OWNER', 'ENGINEER'] };
const CANCEL: Policy = { operation: 'cancelReservation', roles: ['OWNER', 'ENGINEER'] };

/** Reservations with what they name, and their state now. The pinned machines are no business of the tenant's. */
const views = async (viewer: Viewer, q: Reader, list: readonly Stored<Reservation>[]): Promise<readonly { readonly id: ReservationId }[]> => {
  const [regionsOf, shapesOf] = await Promise.all([regions.byIds(q, list.map(r => r.regionId)), shapes.byIds(q, list.map(r => r.shapeId))]);
  const now = viewer.door.clock.now();
  return list.map(r => ({ ...r, __typename: 'Reservation', region: regionsOf.get(r.regionId), shape: shapesOf.get(r.shapeId), state: stateAt(r, now) }));
};

export const loadReservation = async (viewer: Viewer, text: string): Promise<object | undefined> => {
  const id = idOrNone('reservation', text);
  if (id === undefined) return undefined;
  const [view] = await viewer.door.store.read(viewer.scope, async q => views(viewer, q, [...(await reservations.byIds(q, [id])).values()]));
  return view;
};

export const listReservations = (viewer: Viewer, args: ListArgs, filter: Filter<'projectId'>): Promise<object> =>
  listById<{ readonly id: ReservationId }>(viewer, args, request => viewer.door.store.read(viewer.scope, async (q): Promise<Page<{ readonly id: ReservationId }>> => {
    const by = filterIds(filter, { projectId: 'project' });
    if (by === undefined) return EMPTY;
    const page = await reservations.page(q, { ...request, ...by });
    return { ...page, items: await views(viewer, q, page.items) };
  }), items => items);

/** The door judges the input; the region's allocator alone decides which machines are kept, and writes it. */
export const createReservation = async (viewer: Viewer, input: CreateReservationInput): Promise<object> => {
  const order: Order = { policy: CREATE, type: 'compute.reservation.create', target: wellFormed('project', input.projectId), input };
  const refused = await admit(viewer, order);
  if (refused !== undefined) return refused;
  const decided = await judged(viewer, input);
  const answer = decided.ok
    ? await allocate(viewer, order, decided.value.region.code, common => ({ kind: 'RESERVE', ...common, reservation: decided.value.request }))
    : await firstAnswer(viewer, order, decided.error);
  return 'refused' in answer ? answer.refused : await answered(viewer, input, answer.reply);
};

const judged = async (viewer: Viewer, input: CreateReservationInput) => {
  const wanted = created<CreateReservation>(input, { projectId: 'project', datacenterId: 'datacenter' });
  if (!wanted.ok) return no(wanted.error);
  const { door } = viewer;
  const { projectId, datacenterId } = wanted.value;
  const [project, allShapes, allRegions, datacenter] = await door.store.read(viewer.scope, q =>
    Promise.all([projects.get(q, projectId), shapes.list(q), regions.list(q), datacenterId === undefined ? undefined : datacenters.get(q, datacenterId)]));
  return decideCreateReservation(wanted.value, { project, shapes: allShapes, regions: allRegions, datacenter }, { ids: door.ids, now: door.clock.now(), organisation: tenantOf(viewer) });
};

const answered = async (viewer: Viewer, asked: { readonly shape: string; readonly machines?: number | null; readonly from: string }, reply: Answered): Promise<object> => {
  if (reply.kind !== 'REFUSED') return await accepted(viewer, reply);
  const { verdict, decisionId } = reply;
  return { ...(await refusedData(viewer, { shape: asked.shape, count: asked.machines ?? 1, at: asked.from }, decisionId, verdict)), __typename: 'ReservationRefused' };
};

export const cancelReservation = async (viewer: Viewer, input: CancelReservationInput): Promise<object> => {
  const order: Order = { policy: CANCEL, type: 'compute.reservation.cancel', target: wellFormed('reservation', input.id), input };
  const refused = await admit(viewer, order);
  if (refused !== undefined) return refused;
  const id = idOrNone('reservation', input.id);
  const region = id === undefined ? undefined : await regionOf(viewer, id);
  const answer = id === undefined || region === undefined
    ? await firstAnswer(viewer, order, [problem('NOT_FOUND', { noun: 'reservation', id: input.id.slice(0, 80) }, { path: ['id'] })])
    : await allocate(viewer, order, region, common => ({ kind: 'CANCEL_RESERVATION', ...common, tenantId: tenantOf(viewer).id, reservationId: id }));
  if ('refused' in answer) return answer.refused;
  return await accepted(viewer, answer.reply);
};

const accepted = async (viewer: Viewer, reply: Answered): Promise<object> => {
  if (reply.kind !== 'RESERVED' && reply.kind !== 'RESERVATION_CANCELLED') throw new Error(`an allocator answered ${reply.kind} where a reservation was asked for or cancelled`);
  return { __typename: 'ReservationAccepted', reservation: await loadReservation(viewer, reply.reservationId), receipt: { auditEventId: reply.auditId } };
};

const regionOf = (viewer: Viewer, id: ReservationId): Promise<string | undefined> =>
  viewer.door.store.read(viewer.scope, async q => {
    const found = await reservations.get(q, id);
    return found === undefined ? undefined : (await regions.get(q, found.regionId))?.code;
  });

/** Only a well-formed id enters the audit log: other text might be anything. */
const wellFormed = (kind: 'project' | 'reservation', id: string): AuditTarget => ({ kind, id: isId(kind, id) ? id : 'malformed' });
