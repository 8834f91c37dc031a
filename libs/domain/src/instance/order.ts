import type { OrderRequest } from '../capacity/index.ts';
import * as check from '../core/check.ts';
import { at, fault } from '../core/check.ts';
import { nearest } from '../core/near.ts';
import type { DatacenterId, Faults, Ids, Instant, Problem, ProjectId, Result } from '../core/index.ts';
import { faults, no, ok, problem } from '../core/index.ts';
import type { Datacenter } from '../datacenter/model.ts';
import type { Organisation } from '../organisation/model.ts';
import type { Project } from '../project/model.ts';
import type { Region } from '../region/model.ts';
import type { Shape } from '../shape/model.ts';
import { MAX_INSTANCES_PER_ORDER, MAX_SSH_KEYS } from './model.ts';

/** What a tenant asks for, as it was written. */
export interface CreateGpuInstances {
  readonly projectId: ProjectId;
  readonly shape: string;
  readonly count: number;
  readonly name: string;
  readonly image: string;
  readonly sshKeys: readonly string[];
  readonly leaseEnd: Instant;
  readonly interruptible: boolean;
  readonly region?: string;
  readonly datacenterId?: DatacenterId;
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
const DAY_MS = 86_400_000;

/** The order for the region's allocator, or every fault of the input at once. Whether it can be had is not asked here. */
export const decideOrderRequest = (
  input: CreateGpuInstances, seen: OrderSeen, by: { readonly ids: Ids; readonly now: Instant; readonly organisation: Organisation },
): Result<{ readonly order: OrderRequest; readonly region: Region }, Faults> => {
  const { project } = seen;
  if (project === undefined) return no([problem('NOT_FOUND', { noun: 'project', id: check.shown(input.projectId) }, { path: ['projectId'] })]);
  const region = regionOf(input, seen);
  const shape = seen.shapes.find(s => s.code === input.shape);
  const found = faults([
    ...check.integer(at('count'), input.count, 1, MAX_INSTANCES_PER_ORDER),
    ...check.form(at('name'), input.name, /^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/, '[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?'),
    ...(shape === undefined ? [unknown('shape', input.shape, seen.shapes.map(s => s.code))] : []),
    ...imageFaults(input.image), ...keyFaults(input.sshKeys, seen.sshKeyFaults), ...leaseFaults(input.leaseEnd, by.now),
    ...(region.ok ? siteFaults(input, seen, region.value) : [region.error]),
  ]);
  if (found !== undefined || !region.ok || shape === undefined) return no(found ?? [fault('REQUIRED', at('region'))]);
  const { count, name, image, sshKeys, leaseEnd, interruptible } = input;
  return ok({
    region: region.value,
    order: {
      orderId: by.ids.next('order'), tenantId: by.organisation.id, tenantClass: by.organisation.class, projectId: project.id, shapeId: shape.id, shapeCode: shape.code, count,
      datacenterId: input.datacenterId ?? null, poolId: null, name, image, sshKeys: sshKeys.map(k => k.trim()), leaseEnd, interruptible,
    },
  });
};

const unknown = (field: string, value: string, known: readonly string[]): Problem => fault('UNKNOWN_VALUE', at(field), { value: check.shown(value), near: nearest(value, known), known });

/** An operator with one region need not be told which. */
const regionOf = ({ region: code }: CreateGpuInstances, { regions }: OrderSeen): Result<Region, Problem> => {
  const [only, ...more] = regions;
  if (code === undefined) return only !== undefined && more.length === 0 ? ok(only) : no(fault('REQUIRED', at('region'), { known: regions.map(r => r.code) }));
  const found = regions.find(r => r.code === code);
  return found === undefined ? no(unknown('region', code, regions.map(r => r.code))) : ok(found);
};

const siteFaults = ({ datacenterId }: CreateGpuInstances, { datacenter }: OrderSeen, region: Region): check.Found =>
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
