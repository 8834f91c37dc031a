import type { InstanceId, RackId } from '@cadastre/domain/core';
import type { Standing } from '@cadastre/domain/rack';
import type { Reader } from '../pool/index.ts';
import { withoutNulls } from '../sql/table.ts';

/** The machines of each rack that are not retired, with what their shapes ask; one statement. A rack without any is missing. */
export const standing = async (q: Reader, ids: readonly RackId[]): Promise<ReadonlyMap<RackId, readonly Standing[]>> => {
  const rows = await q.rows<{ rackId: RackId }>({
    name: 'cad_rack_standing',
    text: `SELECT m.rack_id AS "rackId", m.name, m.position_u AS "positionU", m.units, s.idle_w AS "idleW", s.cooling_kinds::text[] AS "coolingKinds"
      FROM machine m JOIN shape s ON s.id = m.shape_id WHERE m.rack_id = ANY($1) AND m.state <> 'RETIRED' ORDER BY m.name`,
    values: [[...new Set(ids)]],
  });
  const found = rows.map(row => withoutNulls(row) as Standing & { readonly rackId: RackId });
  return Map.groupBy(found, m => m.rackId);
};

/** Instances on machines of the rack that are not released. */
export const instances = async (q: Reader, id: RackId): Promise<readonly InstanceId[]> =>
  (await q.rows<{ id: InstanceId }>({ name: 'cad_rack_instances', text: `SELECT id FROM gpu_instance WHERE rack_id = $1 AND status <> 'RELEASED' ORDER BY id`, values: [id] })).map(r => r.id);
