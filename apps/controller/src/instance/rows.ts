import type { InstanceId } from '@cadastre/domain/core';
import type { GpuInstance, InstanceStatus } from '@cadastre/domain/instance';
import type { Taint } from '@cadastre/domain/pool';
import type { ProjectNames } from '@cadastre/domain/project';
import type { Shape } from '@cadastre/domain/shape';

/** An instance with what its objects are built from. */
export interface InstanceRecord {
  readonly instance: GpuInstance;
  readonly project: ProjectNames;
  readonly machineName: string;
  readonly simulated: boolean;
  readonly shape: Shape;
  /** Taints of the pool. */
  readonly taints: readonly Taint[];
  readonly regionCode: string;
}

/** What the reconciler needs of the database. PostgreSQL in production, a map in the simulation. */
export interface InstanceRows {
  load(id: InstanceId): Promise<InstanceRecord | null>;
  /** Ids of the instances that are not released. */
  liveIds(): Promise<readonly InstanceId[]>;
  /** Generation now, for the fence before a pod is made; null when there is no row. */
  generation(id: InstanceId): Promise<number | null>;
  save(before: InstanceRecord, status: InstanceStatus): Promise<'saved' | 'stale'>;
}
