import type { Faults, Ids, Instant, Problem, Result } from '@cadastre/domain/core';
import { faults, no, problem } from '@cadastre/domain/core';
import type { OrderSeen, PlacementWish } from '@cadastre/domain/instance';
import type { Organisation } from '@cadastre/domain/organisation';
import * as datacenters from '@cadastre/store/datacenter';
import type { Reader } from '@cadastre/store/pool';
import * as projects from '@cadastre/store/project';
import * as regions from '@cadastre/store/region';
import * as shapes from '@cadastre/store/shape';
import type { PlanGpuInstancesInput } from '../generated/tenant.ts';
import { created, type Wire } from './input.ts';
import { tenantOf, type Viewer } from './viewer.ts';

/** What a placement is judged by at the door; keys are read where keys are given. */
export type WishSeen = Omit<OrderSeen, 'sshKeyFaults'>;
export interface WishBy {
  readonly ids: Ids;
  readonly now: Instant;
  readonly organisation: Organisation;
}

/** The fields of a placement, as plans and orders write them. */
export type WishInput = { readonly [K in keyof Omit<PlanGpuInstancesInput, 'idempotencyKey'>]?: PlanGpuInstancesInput[K] | null | undefined };
const REQUIRED = ['projectId', 'shape', 'leaseEnd'] as const;

/** The input as the domain has it: what must be there is there, ids have the form of ids. */
export const wishOf = <W extends PlacementWish>(input: WishInput): Result<W, Faults> => {
  const missing = faults(REQUIRED.flatMap((field): readonly Problem[] => (input[field] == null ? [problem('REQUIRED', { field }, { path: [field] })] : [])));
  if (missing !== undefined) return no(missing);
  const given = Object.fromEntries(Object.entries(input).filter(([, v]) => v != null));
  return created<W>({ count: 1, interruptible: false, ...given } as unknown as Wire<W>, { projectId: 'project', datacenterId: 'datacenter', dataDatacenterId: 'datacenter', reservationId: 'reservation' });
};

/** Judges a wish by what is declared now. A refusal may only be that the catalogue was remembered from before what the wish names was declared: it is judged again. */
export const judge = async <T>(viewer: Viewer, wanted: PlacementWish, decide: (seen: WishSeen, by: WishBy) => Result<T, Faults>): Promise<Result<T, Faults>> => {
  const known = rememberedCatalogue(viewer.door);
  const decided = await judgeBy(viewer, wanted, known, decide);
  return decided.ok || known === undefined ? decided : await judgeBy(viewer, wanted, undefined, decide);
};

const judgeBy = async <T>(viewer: Viewer, { projectId, datacenterId }: PlacementWish, known: Catalogue | undefined, decide: (seen: WishSeen, by: WishBy) => Result<T, Faults>): Promise<Result<T, Faults>> => {
  const { door } = viewer;
  const [project, catalogue, datacenter] = await door.store.read(viewer.scope, q =>
    Promise.all([projects.get(q, projectId), known ?? readCatalogue(q), datacenterId === undefined ? undefined : datacenters.get(q, datacenterId)]));
  if (known === undefined) CATALOGUES.set(door, { ...catalogue, at: performance.now() });
  return decide({ project, shapes: catalogue.shapes, regions: catalogue.regions, datacenter }, { ids: door.ids, now: door.clock.now(), organisation: tenantOf(viewer) });
};

// Shapes and regions are few, the same for every tenant, and change when hardware is bought: an order need not fetch them again each time. Codes and ids never
// change, and the allocator has its own view of what a shape needs; all that an old copy can do is to go on taking the only region for granted, or a price that
// was changed, for two seconds.
const REMEMBER_MS = 2_000;
type Catalogue = Awaited<ReturnType<typeof readCatalogue>>;
const CATALOGUES = new WeakMap<Viewer['door'], Catalogue & { readonly at: number }>();
const readCatalogue = async (q: Reader) => {
  const [allShapes, allRegions] = await Promise.all([shapes.list(q), regions.list(q)]);
  return { shapes: allShapes, regions: allRegions };
};
const rememberedCatalogue = (door: Viewer['door']): Catalogue | undefined => {
  const known = CATALOGUES.get(door);
  return known !== undefined && performance.now() - known.at < REMEMBER_MS ? known : undefined;
};
