import type { DatacenterId, RackId, ShapeId } from '@cadastre/domain/core';
import type { PoolRack } from '@cadastre/domain/pool';
import type { Reader } from '../pool/index.ts';

export interface Wanted {
  /** Absent: nowhere, and nothing is found. */
  readonly datacenterId: DatacenterId | undefined;
  readonly shapeId: ShapeId;
  /** Empty: every rack of the datacenter. */
  readonly rackIds: readonly RackId[];
  /** As the cluster is: a real cluster takes no simulated machine, nor the other way round. */
  readonly simulated: boolean;
}

/** Machines of the shape that are declared in these racks and not retired, whatever their state and pool. */
export const declared = async (q: Reader, { datacenterId, shapeId, rackIds, simulated }: Wanted): Promise<number> =>
  (await q.rows<{ n: number }>({
    name: 'cad_pool_declared',
    text: `SELECT count(*) AS n FROM machine WHERE datacenter_id = $1 AND shape_id = $2 AND simulated = $4 AND state <> 'RETIRED' AND (cardinality($3::text[]) = 0 OR rack_id = ANY($3))`,
    values: [datacenterId ?? null, shapeId, rackIds, simulated],
  }))[0]?.n ?? 0;

/** The racks, with how many of their machines there are, and are of the shape; one statement. Racks that are not there are missing. */
export const racks = async (q: Reader, { rackIds, shapeId, simulated }: Wanted): Promise<ReadonlyMap<RackId, PoolRack>> => {
  const rows = await q.rows<PoolRack['rack'] & { readonly machines: number; readonly ofShape: number }>({
    name: 'cad_pool_racks',
    text: `SELECT r.id, r.name, r.datacenter_id AS "datacenterId", r.state, count(m.id) AS machines, count(m.id) FILTER (WHERE m.shape_id = $2) AS "ofShape"
      FROM rack r LEFT JOIN machine m ON m.rack_id = r.id AND m.state <> 'RETIRED' AND m.simulated = $3 WHERE r.id = ANY($1) GROUP BY r.id`,
    values: [rackIds, shapeId, simulated],
  });
  return new Map(rows.map(({ machines, ofShape, ...rack }) => [rack.id, { rack, machines, ofShape }]));
};
