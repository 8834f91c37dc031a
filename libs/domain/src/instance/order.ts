import type { OrderRequest, PlacementRequest, Topology } from '../capacity/index.ts';
import * as check from '../core/check.ts';
import { at, fault } from '../core/check.ts';
import { nearest } from '../core/near.ts';
import type { DatacenterId, Faults, Ids, Instant, Problem, ProjectId, ReservationId, Result } from '../core/index.ts';
import { faults, no, ok, problem } from '../core/index.ts';
import type { Datacenter } from '../datacenter/model.ts';
import type { Organisation } from '../organisation/model.ts';
import type { LegalScope, Project } from '../project/model.ts';
import { tightenScope } from '../project/tighten.ts';
import type { Region } from '../region/model.ts';
import type { Shape } from '../shape/model.ts';
import { MAX_INSTANCES_PER_ORDER, MAX_SSH_KEYS } from './model.ts';

/** Where and how much, as it was written: what a plan and an order have in common. */
export interface PlacementWish {
  readonly projectId: ProjectId;
  readonly shape: string;
  /** Other shapes that will do. */
  readonly orShapes?: readonly string[];
  readonly count: number;
  readonly leaseEnd: Instant;
  readonly interruptible: boolean;
  readonly region?: string;
  readonly datacenterId?: DatacenterId;
  /** Tightens the project's, never loosens it. */
  readonly legalScope?: LegalScope;
  readonly gpusPerInstance?: number;
  /** Name of a slice profile of the shape. */
  readonly slice?: string;
  readonly cpuMilli?: number;
  readonly ramMiB?: number;
  readonly topology?: Topology;
  readonly purpose?: 'TRAINING' | 'INFERENCE';
  readonly maxResponseMinutes?: number;
  readonly dataDatacenterId?: DatacenterId;
  readonly reservationId?: ReservationId;
}

/** What a tenant orders. */
export interface CreateGpuInstances extends PlacementWish {
  readonly name: string;
  readonly image: string;
  readonly sshKeys: readonly string[];
}
export interface OrderSeen {
  readonly project: Project | undefined;
  readonly shapes: readonly Shape[];
  readonly regions: readonly Region[];
  /** The one that the order names. */
  readonly datacenter: Datacenter | undefined;
  /** Faults of the keys themselves: reading a key takes a decoder, which this library has not. */
  readonly sshKeyFaults: readonly Problem[];
}

export const MAX_LEASE_DAYS = 366;
/** Each is looked at in every decision on the order. */
const MAX_OTHER_SHAPES = 16;
const DAY_MS = 86_400_000;

interface By {
  readonly ids: Ids;
  readonly now: Instant;
  readonly organisation: Organisation;
}

/** The order for the region's allocator, or every fault of the input at once. Whether it can be had is not asked here. */
export const decideOrderRequest = (input: CreateGpuInstances, seen: OrderSeen, by: By): Result<{ readonly order: OrderRequest; readonly region: Region }, Faults> => {
  const wish = decidePlacementRequest(input, seen, by);
  const own = seen.project === undefined ? [] : namingFaults(input, seen.sshKeyFaults);
  if (!wish.ok || own.length > 0) return no(faults([...(wish.ok ? [] : wish.error), ...own]) ?? [fault('REQUIRED', at('name'))]);
  const { name, image, sshKeys, interruptible } = input;
  return ok({ region: wish.value.region, order: { ...wish.value.request, name, image, sshKeys: sshKeys.map(k => k.trim()), interruptible } });
};

/** Faults of what an order says beyond its placement: all that there is to judge where a plan says the rest. */
export const namingFaults = ({ name, image, sshKeys }: Pick<CreateGpuInstances, 'name' | 'image' | 'sshKeys'>, sshKeyFaults: readonly Problem[]): check.Found => [
  ...check.form(at('name'), name, /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/, '[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?'), ...imageFaults(image), ...keyFaults(sshKeys, sshKeyFaults),
];

/** The placement alone: what a plan asks for. */
export const decidePlacementRequest = (input: PlacementWish, seen: Omit<OrderSeen, 'sshKeyFaults'>, by: By): Result<{ readonly request: PlacementRequest; readonly region: Region }, Faults> => {
  const { project } = seen;
  if (project === undefined) return no([problem('NOT_FOUND', { noun: 'project', id: check.shown(input.projectId) }, { path: ['projectId'] })]);
  const region = regionOf(input, seen);
  const codes = seen.shapes.map(s => s.code);
  const [shape, ...others] = [input.shape, ...(input.orShapes ?? [])].map(code => seen.shapes.find(s => s.code === code));
  const legal = tightenScope(project.legalScope, input.legalScope);
  const found = faults([
    ...check.integer(at('count'), input.count, 1, MAX_INSTANCES_PER_ORDER),
    ...(shape === undefined ? [unknown('shape', input.shape, codes)] : sizeFaults(input, shape)),
    ...check.integer(at('orShapes'), others.length, 0, MAX_OTHER_SHAPES),
    ...others.slice(0, MAX_OTHER_SHAPES).flatMap((s, n) => (s === undefined ? [unknown('orShapes', input.orShapes?.[n] ?? '', codes)] : [])),
    ...leaseFaults(input.leaseEnd, by.now), ...(legal.ok ? [] : [legal.error]),
    ...(region.ok ? siteFaults(input, seen, region.value) : [region.error]),
    ...(input.maxResponseMinutes === undefined ? [] : check.integer(at('maxResponseMinutes'), input.maxResponseMinutes, 0, 10_080)),
  ]);
  if (found !== undefined || !region.ok || shape === undefined || !legal.ok) return no(found ?? [fault('REQUIRED', at('region'))]);
  return ok({ region: region.value, request: requestOf(input, shape, others.filter(s => s !== undefined), legal.value, project, by) });
};

const requestOf = (input: PlacementWish, shape: Shape, others: readonly Shape[], legal: LegalScope, project: Project, by: By): PlacementRequest => {
  const milliGpu = shape.sliceProfiles.find(p => p.name === input.slice)?.milliGpu;
  const { gpusPerInstance, cpuMilli, ramMiB, topology, purpose, maxResponseMinutes, dataDatacenterId, reservationId, interruptible } = input;
  const asked = { gpusPerInstance, milliGpu, slice: milliGpu === undefined ? undefined : input.slice, cpuMilli, ramMiB, topology, purpose, maxResponseMinutes, dataDatacenterId, reservationId };
  return {
    orderId: by.ids.next('order'), tenantId: by.organisation.id, tenantClass: by.organisation.class, projectId: project.id, shapeId: shape.id, shapeCode: shape.code, count: input.count,
    at: by.now, leaseEnd: input.leaseEnd, legal, datacenterId: input.datacenterId ?? null, poolId: null, interruptible,
    ...(others.length === 0 ? {} : { orShapeIds: others.map(s => s.id) }),
    // Absent and undefined are the same to us, and not the same in the bytes that are stored.
    ...Object.fromEntries(Object.entries(asked).filter(([, value]) => value !== undefined)),
  };
};

const sizeFaults = (input: PlacementWish, shape: Shape): check.Found => {
  const profiles = shape.sliceProfiles.map(p => p.name);
  if (input.slice !== undefined && input.gpusPerInstance !== undefined) return [fault('CONTRADICTION', at('slice'), { value: check.shown(input.slice), other: 'gpusPerInstance' })];
  return [
    ...(input.slice === undefined || profiles.includes(input.slice) ? [] : [unknown('slice', input.slice, profiles)]),
    ...(input.gpusPerInstance === undefined ? [] : check.integer(at('gpusPerInstance'), input.gpusPerInstance, 1, shape.gpus)),
    ...(input.cpuMilli === undefined ? [] : check.integer(at('cpuMilli'), input.cpuMilli, 1, shape.cpuMilli)),
    ...(input.ramMiB === undefined ? [] : check.integer(at('ramMiB'), input.ramMiB, 1, shape.ramMiB)),
    ...topologyFaults(input, shape),
  ];
};

/** A gang that no machine or domain of the shape could ever hold: said before anybody looks for one. */
const topologyFaults = ({ topology, count, gpusPerInstance, slice }: PlacementWish, shape: Shape): check.Found => {
  if (topology?.required !== true || slice !== undefined) return check.NONE;
  const gpus = count * (gpusPerInstance ?? shape.gpus);
  const most = topology.level === 'SAME_MACHINE' ? shape.gpus : topology.level === 'NVLINK_DOMAIN' ? Math.max(shape.gpus, shape.nvlinkDomainSize) : Infinity;
  return gpus > most ? [fault('TOPOLOGY_IMPOSSIBLE', at('topology', 'level'), { value: topology.level, asked: gpus, limit: most, shape: shape.code })] : check.NONE;
};

const unknown = (field: string, value: string, known: readonly string[]): Problem => fault('UNKNOWN_VALUE', at(field), { value: check.shown(value), near: nearest(value, known), known });

/** An operator with one region need not be told which. */
const regionOf = ({ region: code }: PlacementWish, { regions }: Pick<OrderSeen, 'regions'>): Result<Region, Problem> => {
  const [only, ...more] = regions;
  if (code === undefined) return only !== undefined && more.length === 0 ? ok(only) : no(fault('REQUIRED', at('region'), { known: regions.map(r => r.code) }));
  const found = regions.find(r => r.code === code);
  return found === undefined ? no(unknown('region', code, regions.map(r => r.code))) : ok(found);
};

const siteFaults = ({ datacenterId }: PlacementWish, { datacenter }: Pick<OrderSeen, 'datacenter'>, region: Region): check.Found =>
  datacenterId === undefined || datacenter?.regionId === region.id ? check.NONE : [problem('NOT_FOUND', { noun: 'datacenter', id: check.shown(datacenterId) }, { path: ['datacenterId'] })];

const leaseFaults = (leaseEnd: Instant, now: Instant): check.Found => {
  if (leaseEnd <= now) return [fault('IN_THE_PAST', at('leaseEnd'), { value: check.shown(leaseEnd), now })];
  const days = Math.ceil((Date.parse(leaseEnd) - Date.parse(now)) / DAY_MS);
  return days > MAX_LEASE_DAYS ? [fault('ABOVE_MAXIMUM', at('leaseEnd'), { value: `${String(days)} d`, limit: `${String(MAX_LEASE_DAYS)} d` })] : check.NONE;
};

const keyFaults = (keys: readonly string[], faulty: readonly Problem[]): check.Found => {
  if (keys.length === 0) return [fault('REQUIRED', at('sshKeys'))];
  const many = check.integer(at('sshKeys'), keys.length, 1, MAX_SSH_KEYS);
  // The same key with another comment is the same key.
  return many.length > 0 ? many : [...faulty, ...check.distinct(at('sshKeys'), keys.map(k => k.trim().split(/\s+/, 2).join(' ')))];
};

const COMPONENT = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const HOST = '(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*(?::\\d{1,5})?';
// The reference grammar of the OCI distribution specification, with the tag or the digest that makes it mean one thing: a bare name would be `latest`, which changes.
const IMAGE = new RegExp(`^(?:${HOST}/)?${COMPONENT}(?:/${COMPONENT})*(?::[\\w][\\w.-]{0,127}|(?::[\\w][\\w.-]{0,127})?@sha256:[0-9a-f]{64})$`);
const MAX_IMAGE = 255;
const imageFaults = (image: string): check.Found =>
  image.length > MAX_IMAGE ? [fault('TOO_LONG', at('image'), { length: image.length, limit: MAX_IMAGE })] : check.form(at('image'), image, IMAGE, 'registry.example.fr/team/image:1.2');
