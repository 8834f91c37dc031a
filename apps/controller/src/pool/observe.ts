import type { PoolId } from '@cadastre/domain/core';
import type { PoolMachine, PoolSnapshot } from '@cadastre/domain/pool';
import { label } from '@cadastre/domain/cluster';
import { NODES } from '@cadastre/kube/client';
import type { Connection } from '../connection/connection.ts';
import type { Connections } from '../connection/connections.ts';
import { keepNode } from '../connection/keep.ts';
import { look, SILENT } from '../connection/look.ts';
import type { MachineRecord, PoolRecord, PoolRows } from './rows.ts';

export interface PoolSeen {
  readonly snapshot: PoolSnapshot;
  readonly record: PoolRecord;
}

export const observePool = async (rows: PoolRows, connections: Connections, id: PoolId): Promise<PoolSeen | null> => {
  const record = await rows.load(id);
  if (record === null) return null;
  const c = connections.get(record.pool.clusterId);
  const machines = c?.fresh() === true ? await lookAtNodes(c, record) : SILENT;
  const unseen = (): readonly PoolMachine[] => record.machines.map(m => ({ ...m, node: { as: 'ABSENT' } }));
  return {
    record,
    snapshot: machines === SILENT ? { ...record, view: 'UNREACHABLE', machines: unseen() } : { ...record, view: 'SEEN', machines },
  };
};

// Looks at nodes that the cache does not show, at one time: a new pool of hundreds must not open hundreds of connections.
const LANES = 16;

const lookAtNodes = async (c: Connection, record: PoolRecord): Promise<readonly PoolMachine[] | typeof SILENT> => {
  const seen = new Array<PoolMachine>();
  const todo = record.machines.values();
  const lane = async (): Promise<'seen' | typeof SILENT> => {
    for (const m of todo) {
      const node = await lookAtNode(c, record, m);
      if (node === SILENT) return SILENT;
      seen.push({ ...m, node });
    }
    return 'seen';
  };
  const lanes = await Promise.all(Array.from({ length: LANES }, lane));
  return lanes.includes(SILENT) ? SILENT : seen;
};

const lookAtNode = async (c: Connection, record: PoolRecord, m: MachineRecord): Promise<PoolMachine['node'] | typeof SILENT> => {
  // The nodes of machines that are not ours to look after say nothing to this pool.
  if (m.machine.poolId !== record.pool.id) return { as: 'ABSENT' };
  const node = await look(c, c.nodes, { kind: NODES, name: m.machine.name }, keepNode);
  if (node === SILENT || node.as !== 'OURS') return node;
  // A real node is ours by the mark that its operator set; before we label it, it names no machine. One that names another machine is a stranger.
  const named = node.labels[label('machine')];
  return named === undefined || named === m.machine.id ? node : { as: 'STRANGER' };
};
