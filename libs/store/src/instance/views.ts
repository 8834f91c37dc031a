import type { Datacenter } from '@cadastre/domain/datacenter';
import type { InstanceId, Instant, OrganisationId, ProjectId } from '@cadastre/domain/core';
import type { GpuInstance, InstanceState } from '@cadastre/domain/instance';
import type { Organisation } from '@cadastre/domain/organisation';
import type { Project } from '@cadastre/domain/project';
import type { Region } from '@cadastre/domain/region';
import type { Shape } from '@cadastre/domain/shape';
import { DATACENTER } from '../datacenter/index.ts';
import { ORGANISATION } from '../organisation/index.ts';
import type { Reader } from '../pool/index.ts';
import { PROJECT } from '../project/index.ts';
import { REGION } from '../region/index.ts';
import { SHAPE } from '../shape/index.ts';
import { columnOf, withoutNulls } from '../sql/table.ts';
import type { Stored } from '../sql/table.ts';

interface Around {
  readonly shape: Stored<Shape>;
  readonly region: Stored<Region>;
  readonly datacenter: Stored<Datacenter>;
  /** Its machine is simulated. */
  readonly simulated: boolean;
}
/** As its tenant sees it. */
export type TenantInstance = Stored<GpuInstance> & Around & { readonly project: Stored<Project> };
/** As the operator sees it: no image, no keys. */
export type ProviderInstance = Omit<Stored<GpuInstance>, 'image' | 'sshKeys' | 'traceparent'> & Around & { readonly organisation: Stored<Organisation> };

export interface InstanceFilter {
  readonly projectId?: ProjectId;
  readonly tenantId?: OrganisationId;
  readonly status?: readonly InstanceState[];
  /** True leaves out what is RELEASED; false and absent leave nothing out. */
  readonly live?: boolean;
}
export interface InstancePageRequest extends InstanceFilter {
  readonly first: number;
  /** Keyset of the last instance of the page before. */
  readonly after?: { readonly createdAt: Instant; readonly id: InstanceId };
}
export interface InstancePage<T> {
  readonly items: readonly T[];
  readonly totalCount: number;
  readonly hasNextPage: boolean;
}

const COMMON = [
  'id', 'tenantId', 'projectId', 'orderId', 'name', 'regionId', 'datacenterId', 'clusterId', 'poolId', 'shapeId', 'machineId', 'rackId', 'gpus', 'reservedW', 'milliGpu', 'slice', 'cpuMilli', 'ramMiB', 'legalScope', 'reservationId', 'planId', 'leaseEnd', 'leaseWarnedAt', 'interruptible',
  'desired', 'status', 'statusHistory', 'conditions', 'decisionId', 'readyAt', 'releasedAt', 'observedGeneration', 'generation', 'createdAt',
] as const satisfies readonly (keyof Stored<GpuInstance>)[];
const TENANTS_ONLY = ['image', 'sshKeys', 'traceparent'] as const satisfies readonly (keyof Stored<GpuInstance>)[];
// The keys as JSON: the driver reads an array's own text form letter by letter, in JavaScript.
const selecting = (properties: readonly string[]): string =>
  `${properties.map(p => `${p === 'sshKeys' ? 'to_json(t.ssh_keys)' : `t.${columnOf(p)}`} AS "${p}"`).join(', ')}, (SELECT m.simulated FROM machine m WHERE m.id = t.machine_id) AS simulated`;

const FILTER = `($1::text IS NULL OR t.project_id = $1) AND ($2::text IS NULL OR t.tenant_id = $2) AND ($3::text[] IS NULL OR t.status = ANY($3::"InstanceState"[]))
  AND ($4::boolean IS NOT TRUE OR t.status <> 'RELEASED')`;
// created_at is kept in whole milliseconds (timestamptz(3)), the same as an Instant: the keyset comes back exactly.
const KEYSET = `${FILTER} AND ($5::timestamptz IS NULL OR (t.created_at, t.id) < ($5::timestamptz, $6::text)) ORDER BY t.created_at DESC, t.id DESC LIMIT $7::int`;

const RELATED = { shape: SHAPE, region: REGION, datacenter: DATACENTER, project: PROJECT, organisation: ORGANISATION } as const;
type RelatedName = keyof typeof RELATED;
const key = (name: RelatedName): string => (name === 'organisation' ? 'tenant_id' : `${name}_id`);
// Each related object once, however many instances share it: joining them to the rows would send a shape fifty times.
const relatedJson = (names: readonly RelatedName[]): string =>
  names.map(n => `'${n}', (SELECT json_agg(${RELATED[n].json('r')}) FROM ${RELATED[n].name} r WHERE r.id IN (SELECT p.${key(n)} FROM page p))`).join(', ');

interface Kind {
  readonly name: string;
  readonly columns: string;
  readonly related: readonly RelatedName[];
}
// What only a detailed look shows: as JSON these are most of a row's bytes, and lists seldom ask for them.
const DETAILS: readonly string[] = ['statusHistory', 'conditions', 'sshKeys', 'traceparent'];
const TENANT_BRIEF: Kind = { name: 'tenant_brief', columns: selecting([...COMMON, ...TENANTS_ONLY].filter(p => !DETAILS.includes(p))), related: ['shape', 'region', 'datacenter', 'project'] };
const TENANT: Kind = { name: 'tenant', columns: selecting([...COMMON, ...TENANTS_ONLY]), related: ['shape', 'region', 'datacenter', 'project'] };
const PROVIDER: Kind = { name: 'provider', columns: selecting(COMMON), related: ['shape', 'region', 'datacenter', 'organisation'] };

type RelatedObjects = Readonly<Partial<Record<RelatedName, readonly { readonly id: string }[] | null>>>;
type Keys = Readonly<Record<`${'shape' | 'region' | 'datacenter' | 'project' | 'tenant'}Id`, string>>;

const assemble = (kind: Kind, rows: readonly object[], related: RelatedObjects): readonly object[] => {
  const found = new Map<string, unknown>(kind.related.flatMap(n => (related[n] ?? []).map(o => [o.id, o] as const)));
  return rows.map(row => {
    const out = withoutNulls(row) as Keys & Record<string, unknown>;
    for (const n of kind.related) out[n] = found.get(n === 'organisation' ? out.tenantId : out[`${n}Id`]);
    return out;
  });
};

// Two statements on one snapshot, sent together: the rows, and beside them the total with the distinct objects around the same rows.
const pageOf = async (q: Reader, kind: Kind, { first, after, ...filter }: InstancePageRequest): Promise<InstancePage<object>> => {
  const values = [
    filter.projectId ?? null, filter.tenantId ?? null, filter.status ?? null, filter.live ?? null, after?.createdAt ?? null, after?.id ?? null, first + 1,
  ];
  const [rows, around] = await Promise.all([
    q.rows({ name: `cad_instance_page_${kind.name}`, text: `SELECT ${kind.columns} FROM gpu_instance t WHERE ${KEYSET}`, values }),
    q.rows<{ total: number; related: RelatedObjects }>({
      name: `cad_instance_around_${kind.name}`,
      text: `WITH page AS MATERIALIZED (SELECT t.tenant_id, t.shape_id, t.region_id, t.datacenter_id, t.project_id FROM gpu_instance t WHERE ${KEYSET})
        SELECT (SELECT count(*) FROM gpu_instance t WHERE ${FILTER}) AS total, json_build_object(${relatedJson(kind.related)}) AS related`,
      values,
    }),
  ]);
  return { items: assemble(kind, rows.slice(0, first), around[0]?.related ?? {}), totalCount: around[0]?.total ?? 0, hasNextPage: rows.length > first };
};

const viewsOf = async (q: Reader, kind: Kind, ids: readonly InstanceId[]): Promise<readonly object[]> => {
  if (ids.length === 0) return [];
  const [rows, around] = await Promise.all([
    q.rows<{ id: InstanceId }>({ name: `cad_instance_views_${kind.name}`, text: `SELECT ${kind.columns} FROM gpu_instance t WHERE t.id = ANY($1)`, values: [ids] }),
    q.rows<{ related: RelatedObjects }>({
      name: `cad_instance_view_around_${kind.name}`,
      text: `WITH page AS MATERIALIZED (SELECT t.tenant_id, t.shape_id, t.region_id, t.datacenter_id, t.project_id FROM gpu_instance t WHERE t.id = ANY($1))
        SELECT json_build_object(${relatedJson(kind.related)}) AS related`,
      values: [ids],
    }),
  ]);
  const byId = new Map(rows.map(r => [r.id, r]));
  return assemble(kind, ids.flatMap(id => byId.get(id) ?? []), around[0]?.related ?? {});
};

/** Newest first, with everything around each instance; two statements whatever the size. */
export const tenantPage = async (q: Reader, request: InstancePageRequest): Promise<InstancePage<TenantInstance>> => (await pageOf(q, TENANT, request)) as InstancePage<TenantInstance>;
/** The same without statusHistory, conditions, sshKeys and traceparent. */
export type BriefTenantInstance = Omit<TenantInstance, 'statusHistory' | 'conditions' | 'sshKeys' | 'traceparent'>;
export const tenantBriefPage = async (q: Reader, request: InstancePageRequest): Promise<InstancePage<BriefTenantInstance>> =>
  (await pageOf(q, TENANT_BRIEF, request)) as InstancePage<BriefTenantInstance>;
export const providerPage = async (q: Reader, request: InstancePageRequest): Promise<InstancePage<ProviderInstance>> =>
  (await pageOf(q, PROVIDER, request)) as InstancePage<ProviderInstance>;
/** The instances asked for, in that order; those that are not there, or not the reader's, are left out. Two statements. */
export const tenantViews = async (q: Reader, ids: readonly InstanceId[]): Promise<readonly TenantInstance[]> => (await viewsOf(q, TENANT, ids)) as readonly TenantInstance[];
export const providerViews = async (q: Reader, ids: readonly InstanceId[]): Promise<readonly ProviderInstance[]> => (await viewsOf(q, PROVIDER, ids)) as readonly ProviderInstance[];
