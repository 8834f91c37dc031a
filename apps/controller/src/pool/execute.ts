import { unreachable } from '@cadastre/domain/core';
import type { NodePlace, PoolMachine, PoolSnapshot, PoolStep, Taint } from '@cadastre/domain/pool';
import { labelledNodeOf, simulatedNodeOf, simulatedStatusOf } from '@cadastre/domain/pool';
import { NODES } from '@cadastre/kube/client';
import type { Connection } from '../connection/connection.ts';
import type { Connections } from '../connection/connections.ts';
import { didOf } from '../connection/did.ts';
import type { Did } from '../loop/reconciler.ts';
import { DONE } from '../loop/reconciler.ts';

/** A move of a row alone: statusOf makes it. */
export const movesARow = (step: PoolStep): boolean => step.do === 'take' || step.do === 'hold' || step.do === 'keep' || step.do === 'giveBack';

export const executePool = async (connections: Connections, s: PoolSnapshot, step: PoolStep): Promise<Did> => {
  const c = connections.get(s.pool.clusterId);
  const m = s.machines.find(x => x.machine.id === step.machineId);
  if (c === undefined || m === undefined) return { as: 'again', because: 'the cluster has no client any more' };
  const place: NodePlace = { pool: s.pool, shape: s.shape, machine: m.machine, rack: m.rack, hallName: m.hallName, regionCode: s.regionCode, datacenterCode: s.datacenterCode };
  switch (step.do) {
    // Moves of a row: made by statusOf, in the same commit as the status, under the generation that was looked at.
    case 'take': case 'hold': case 'keep': case 'giveBack': return DONE;
    case 'createNode': return createNode(c, place);
    case 'stateCapacity': return stateCapacity(c, place);
    case 'labelNode': return writeNode(c, s, place, m, isCordoned(m) ? 'cordoned' : 'schedulable');
    case 'cordon': return writeNode(c, s, place, m, 'cordoned');
    case 'uncordon': return writeNode(c, s, place, m, 'schedulable');
    case 'deleteNode': return didOf(await c.kube.delete({ kind: NODES, name: m.machine.name }, { uid: step.uid }));
    default: return unreachable(step);
  }
};

const isCordoned = (m: PoolMachine): boolean => m.node.as === 'OURS' && m.node.cordoned;
const taintsOf = (m: PoolMachine): readonly Taint[] => (m.node.as === 'OURS' ? m.node.taints : []);

const createNode = async (c: Connection, place: NodePlace): Promise<Did> => {
  const created = didOf(await c.kube.apply(NODES, simulatedNodeOf(place, [], 'schedulable'), { observed: { object: undefined } }));
  return created.as === 'done' ? stateCapacity(c, place) : created;
};

// KWOK fills in amounts of its own when it comes first. The simulated machine's shape is the truth: the field is taken, from nobody but it.
const stateCapacity = async (c: Connection, place: NodePlace): Promise<Did> => didOf(await c.kube.applyStatus(NODES, simulatedStatusOf(place), { onConflict: 'take' }));

const writeNode = async (c: Connection, s: PoolSnapshot, place: NodePlace, m: PoolMachine, how: 'schedulable' | 'cordoned'): Promise<Did> => {
  if (s.provider === 'SIMULATED') return didOf(await c.kube.apply(NODES, simulatedNodeOf(place, taintsOf(m), how)));
  const labelled = labelledNodeOf(place);
  return didOf(await c.kube.apply(NODES, how === 'cordoned' ? { ...labelled, spec: { unschedulable: true } } : labelled));
};
