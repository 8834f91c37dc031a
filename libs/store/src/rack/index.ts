import type { DatacenterId, HallId, RackId, RegionId, Watts } from '@cadastre/domain/core';
import type { Rack } from '@cadastre/domain/rack';
import type { Rack as Row } from '../generated/client.ts';
import type { Reader } from '../pool/index.ts';
import { changeDesire, insertRows, readsOf, table } from '../sql/table.ts';
import type { Changes, Fenced } from '../sql/table.ts';

export { draws } from './draws.ts';
export { instances, standing } from './standing.ts';

export const RACK = table<Row, Rack>('rack', 'rack', {
  id: 'plain', hallId: 'plain', datacenterId: 'plain', regionId: 'plain', name: 'plain', row: 'plain', position: 'plain', units: 'plain', maxPowerW: 'plain', coolingKind: 'plain',
  coolingCapacityW: 'plain', feedA: 'plain', feedB: 'plain', state: 'plain', assumed: 'plain', generation: 'plain', createdAt: 'instant',
});

export const { get, byIds, page } = readsOf<Rack, RackId, { readonly datacenterId?: DatacenterId; readonly hallId?: HallId; readonly regionId?: RegionId }>(RACK);

export interface RackUse {
  /** Idle watts of its machines in the ledger, energised or not, plus watts of claims, as the database holds it; 0 before the allocator has seen the rack. */
  readonly usedW: Watts;
  readonly machines: number;
  /** Idle watts of all its machines that are not retired, energised or not, and the units they take: what an import checks against. */
  readonly idleW: Watts;
  readonly units: number;
}

/** Of each rack asked for; one statement. */
export const use = async (q: Reader, ids: readonly RackId[]): Promise<ReadonlyMap<RackId, RackUse>> => {
  const rows = await q.rows<RackUse & { readonly id: RackId }>({
    name: 'cad_rack_use',
    text: `SELECT r.id, coalesce(c.used_w, 0) AS "usedW", coalesce(m.n, 0)::int AS machines, coalesce(m.idle_w, 0)::int AS "idleW", coalesce(m.units, 0)::int AS units
      FROM unnest($1::text[]) AS r(id) LEFT JOIN rack_capacity c ON c.rack_id = r.id
      LEFT JOIN LATERAL (SELECT count(*) AS n, sum(s.idle_w) AS idle_w, sum(m.units) AS units FROM machine m JOIN shape s ON s.id = m.shape_id
        WHERE m.rack_id = r.id AND m.state <> 'RETIRED') m ON true`,
    values: [[...new Set(ids)]],
  });
  return new Map(rows.map(({ id, ...rest }) => [id, rest]));
};

/** Racks of these halls that already have one of these names: what an import reports line by line. */
export const taken = async (q: Reader, names: readonly { readonly hallId: HallId; readonly name: string }[]): Promise<readonly { readonly hallId: HallId; readonly name: string }[]> =>
  q.rows({
    text: 'SELECT hall_id AS "hallId", name FROM rack WHERE (hall_id, name) IN (SELECT * FROM unnest($1::text[], $2::text[]))',
    values: [names.map(n => n.hallId), names.map(n => n.name)],
  });

/** Any number in one statement, all or none. */
export const insert = (racks: readonly Rack[]) => insertRows(RACK, racks);
export const update = (
  id: RackId,
  changes: Changes<Rack, 'row' | 'position' | 'units' | 'maxPowerW' | 'coolingKind' | 'coolingCapacityW' | 'feedA' | 'feedB' | 'state' | 'assumed'>,
  fence: Fenced,
) => changeDesire(RACK, id, changes, fence);
