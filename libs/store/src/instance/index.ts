import type { ClusterId, InstanceId, MachineId, OrganisationId, PoolId, ProjectId, RegionId, StatusChange } from '@cadastre/domain/core';
import type { GpuInstance, InstanceState } from '@cadastre/domain/instance';
import { HISTORY_LIMIT } from '@cadastre/domain/instance';
import type { GpuInstance as Row } from '../generated/client.ts';
import type { Write } from '../commit/commit.ts';
import type { Reader } from '../pool/index.ts';
import { changeStatus, readsOf, table } from '../sql/table.ts';
import type { Changes, Fenced, Stored } from '../sql/table.ts';

export { leasesDue, leaseWarned } from './leases.ts';
export { providerPage, providerViews, tenantBriefPage, tenantPage, tenantViews } from './views.ts';
export type { BriefTenantInstance, InstanceFilter, InstancePage, InstancePageRequest, ProviderInstance, TenantInstance } from './views.ts';

export const INSTANCE = table<Row, GpuInstance>('gpu_instance', 'instance', {
  id: 'plain', tenantId: 'plain', projectId: 'plain', orderId: 'plain', name: 'plain', regionId: 'plain', datacenterId: 'plain', clusterId: 'plain', poolId: 'plain', shapeId: 'plain',
  machineId: 'plain', rackId: 'plain', gpus: 'plain', reservedW: 'plain', milliGpu: 'plain', slice: 'plain', cpuMilli: 'plain', ramMiB: 'plain', legalScope: 'plain', reservationId: 'plain', planId: 'plain', image: 'plain', sshKeys: 'plain', leaseEnd: 'instant', leaseWarnedAt: 'instant', interruptible: 'plain', desired: 'plain',
  status: 'plain', statusHistory: 'plain', conditions: 'plain', decisionId: 'plain', traceparent: 'plain', readyAt: 'instant', releasedAt: 'instant', observedGeneration: 'plain',
  generation: 'plain', createdAt: 'instant',
});

/** Not for the provider's role, which may not read image and keys: it has providerPage and providerViews. */
export const { get, byIds } = readsOf<GpuInstance, InstanceId>(INSTANCE);

export interface LiveFilter {
  readonly clusterId?: ClusterId;
  readonly machineId?: MachineId;
  readonly projectId?: ProjectId;
  readonly poolId?: PoolId;
}
/** Instances that are not RELEASED, after an id, in id order: what a resync walks in parts, and what stands on a machine or in a namespace. */
export const live = async (q: Reader, filter: LiveFilter, after: InstanceId | undefined, limit: number): Promise<readonly Stored<GpuInstance>[]> =>
  (
    await q.rows({
      name: 'cad_instance_live',
      text: `SELECT ${INSTANCE.select('t')} FROM gpu_instance t WHERE t.status <> 'RELEASED' AND t.id > $1
        AND ($2::text IS NULL OR t.cluster_id = $2) AND ($3::text IS NULL OR t.machine_id = $3) AND ($4::text IS NULL OR t.project_id = $4) AND ($5::text IS NULL OR t.pool_id = $5)
        ORDER BY t.id LIMIT $6`,
      values: [after ?? '', filter.clusterId ?? null, filter.machineId ?? null, filter.projectId ?? null, filter.poolId ?? null, limit],
    })
  ).map(INSTANCE.read);

/** Which of these names a living instance of the project has. */
export const namesTaken = async (q: Reader, projectId: ProjectId, names: readonly string[]): Promise<readonly string[]> =>
  (
    await q.rows<{ name: string }>({
      name: 'cad_instance_names', text: "SELECT name FROM gpu_instance WHERE project_id = $1 AND name = ANY($2) AND status <> 'RELEASED'", values: [projectId, names],
    })
  ).map(r => r.name);

/** Instances of a region that are on their way out: given back, and not gone yet. */
export const leaving = async (q: Reader, regionId: RegionId): Promise<readonly InstanceId[]> =>
  (
    await q.rows<{ id: InstanceId }>({
      name: 'cad_instance_leaving', text: "SELECT id FROM gpu_instance WHERE region_id = $1 AND desired = 'RELEASED' AND status <> 'RELEASED' ORDER BY id", values: [regionId],
    })
  ).map(r => r.id);

/** Whose an instance is, and what it holds: the allocator's look before RELEASE and FREE. */
export const holding = async (
  q: Reader, id: InstanceId,
): Promise<{ readonly tenantId: OrganisationId; readonly machineId: MachineId; readonly gpus: number; readonly reservedW: number; readonly status: InstanceState; readonly desired: string; readonly generation: number } | undefined> =>
  (
    await q.rows<{ tenantId: OrganisationId; machineId: MachineId; gpus: number; reservedW: number; status: InstanceState; desired: string; generation: number }>({
      name: 'cad_instance_holding',
      text: 'SELECT tenant_id AS "tenantId", machine_id AS "machineId", gpus, reserved_w AS "reservedW", status, desired, generation FROM gpu_instance WHERE id = $1',
      values: [id],
    })
  )[0];

/**
 * What was observed. `change` is appended to the history when the status moved; the history keeps its latest HISTORY_LIMIT entries. Never moves an instance out of RELEASED,
 * nor into it: that is the allocator's, with the ledger entry (a CHECK wants released_at, which the controller's role may not write).
 * `ifStatus`: the state that was looked at; STALE_GENERATION when another writer moved it since, which a generation does not show.
 */
export const observe = (
  id: InstanceId,
  { change, ...seen }: Changes<GpuInstance, 'conditions' | 'observedGeneration' | 'readyAt'> & { readonly status?: InstanceState; readonly change?: StatusChange<InstanceState> },
  fence: Fenced & { readonly ifStatus: InstanceState },
): Write => {
  const also = change === undefined ? [] : [`status_history = jsonb_path_query_array(t.status_history || $5::jsonb, '$[last - ${String(HISTORY_LIMIT - 1)} to last]')`];
  const write = changeStatus(INSTANCE, id, seen, fence, also, ["t.status <> 'RELEASED'", 't.status = $4::"InstanceState"']);
  return { ...write, sql: { ...write.sql, values: [...(write.sql.values ?? []), fence.ifStatus, ...(change === undefined ? [] : [JSON.stringify([change])])] } };
};
