import type { DatacenterId, PowerNodeId, RegionId } from '@cadastre/domain/core';
import type { PowerNode } from '@cadastre/domain/powernode';
import type { PowerNode as Row } from '../generated/client.ts';
import type { Reader } from '../pool/index.ts';
import { changeDesire, insertRows, readsOf, table } from '../sql/table.ts';
import type { Changes, Fenced, Stored } from '../sql/table.ts';

export const POWER_NODE = table<Row, PowerNode>('power_node', 'powernode', {
  id: 'plain', datacenterId: 'plain', name: 'plain', kind: 'plain', parentId: 'plain', side: 'plain', capacityW: 'plain', deratingPct: 'plain', assumed: 'plain', generation: 'plain',
  createdAt: 'instant',
});

export const { get, byIds, page } = readsOf<PowerNode, PowerNodeId, { readonly datacenterId?: DatacenterId; readonly name?: string }>(POWER_NODE);

/** The whole tree of a datacenter, in id order. */
export const ofDatacenter = async (q: Reader, id: DatacenterId): Promise<readonly Stored<PowerNode>[]> =>
  (await q.rows({ name: 'cad_power_node_of_datacenter', text: `SELECT ${POWER_NODE.select('t')} FROM power_node t WHERE t.datacenter_id = $1 ORDER BY t.id`, values: [id] })).map(POWER_NODE.read);

/** All trees of a region, in id order. */
export const ofRegion = async (q: Reader, id: RegionId): Promise<readonly Stored<PowerNode>[]> =>
  (await q.rows({
    name: 'cad_power_node_of_region',
    text: `SELECT ${POWER_NODE.select('t')} FROM power_node t JOIN datacenter d ON d.id = t.datacenter_id WHERE d.region_id = $1 ORDER BY t.id`,
    values: [id],
  })).map(POWER_NODE.read);

type Terms = 'kind' | 'parentId' | 'side' | 'capacityW' | 'deratingPct' | 'assumed';

/** Any number in one statement, all or none; parents may stand after their children. */
export const insert = (nodes: readonly PowerNode[]) => insertRows(POWER_NODE, nodes);
export const update = (id: PowerNodeId, changes: Changes<PowerNode, Terms>, fence: Fenced) => changeDesire(POWER_NODE, id, changes, fence);
/** All its terms, as an import has them. */
export const replace = ({ id, generation, kind, parentId, side, capacityW, deratingPct, assumed }: PowerNode) =>
  update(id, { kind, parentId: parentId ?? null, side, capacityW, deratingPct, assumed }, { ifGeneration: generation - 1 });
