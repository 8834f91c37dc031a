import type { DatacenterId, PoolId, ShapeId } from '@cadastre/domain/core';
import type { Reader } from '../pool/index.ts';

/** What a tenant may know of a pool: where it stands, what it holds, and whether that is real. */
export interface ServedPool {
  readonly poolId: PoolId;
  readonly datacenterId: DatacenterId;
  readonly shapeId: ShapeId;
  /** Its cluster's nodes are simulated. */
  readonly simulated: boolean;
}

/** Every pool, in id order. An allocator says how much of each can be had; this says what there is when it does not answer. */
export const served = (q: Reader): Promise<readonly ServedPool[]> =>
  q.rows<ServedPool>({
    name: 'cad_offer_served',
    text: `SELECT p.id AS "poolId", p.datacenter_id AS "datacenterId", p.shape_id AS "shapeId", c.provider = 'SIMULATED' AS simulated
      FROM node_pool p JOIN cluster c ON c.id = p.cluster_id ORDER BY p.id`,
  });
