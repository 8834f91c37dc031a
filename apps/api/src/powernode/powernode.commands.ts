import type { DatacenterId, PowerNodeId } from '@cadastre/domain/core';
import {
  decideCreatePowerNode, decideImportPowerNodes, decideUpdatePowerNode, type CreatePowerNode, type ImportPowerNodes, type PowerSeen, type UpdatePowerNode,
} from '@cadastre/domain/powernode';
import * as datacenters from '@cadastre/store/datacenter';
import { viewDatacenters, viewPowerNodes, type PowerNodeView } from '@cadastre/store/place';
import type { Reader } from '@cadastre/store/pool';
import * as powerNodes from '@cadastre/store/powernode';
import * as racks from '@cadastre/store/rack';
import type { Page } from '@cadastre/store/sql';
import type { CreatePowerNodeInput, ImportPowerNodesInput, UpdatePowerNodeInput } from '../generated/provider.ts';
import { changeOutcome, created, EMPTY, filterIds, idOrNone, outcome, updated, type Filter } from '../shared/input.ts';
import { listById, type ListArgs } from '../shared/lists.ts';
import { mutate, type Policy } from '../shared/mutate.ts';
import type { Viewer } from '../shared/viewer.ts';

const CREATE: Policy = { operation: 'createPowerNode', roles: ['OPERATOR'] };
const UPDATE: Policy = { operation: 'updatePowerNode', roles: ['OPERATOR'] };
const IMPORT: Policy = { operation: 'importPowerNodes', roles: ['OPERATOR'] };

const powerNodeData = (n: PowerNodeView): object => ({ __typename: 'PowerNode', ...n });

export const loadPowerNode = async (viewer: Viewer, text: string): Promise<object | undefined> => {
  const id = idOrNone('powernode', text);
  if (id === undefined) return undefined;
  const [view] = await viewer.door.store.read(viewer.scope, async q => viewPowerNodes(q, [...(await powerNodes.byIds(q, [id])).values()]));
  return view === undefined ? undefined : powerNodeData(view);
};

export const listPowerNodes = (viewer: Viewer, args: ListArgs, filter: Filter<'datacenterId'>): Promise<object> =>
  listById<PowerNodeView>(viewer, args, request => viewer.door.store.read(viewer.scope, async (q): Promise<Page<PowerNodeView>> => {
    const by = filterIds(filter, { datacenterId: 'datacenter' });
    if (by === undefined) return EMPTY;
    const page = await powerNodes.page(q, { ...request, ...by });
    return { ...page, items: await viewPowerNodes(q, page.items) };
  }), items => items.map(powerNodeData));

/** The whole tree and what draws from it: a change of one node is judged by all of it. */
const seenBy = async (q: Reader, datacenterId: DatacenterId): Promise<PowerSeen> => {
  const [found, nodes, draws] = await Promise.all([datacenters.byIds(q, [datacenterId]), powerNodes.ofDatacenter(q, datacenterId), racks.draws(q, datacenterId)]);
  const [datacenter] = await viewDatacenters(q, [...found.values()]);
  return { datacenter, regionCode: datacenter?.region.code ?? '_', nodes, draws };
};

const accept = async (viewer: Viewer, id: string): Promise<object> => ({ __typename: 'PowerNodeAccepted', powerNode: await loadPowerNode(viewer, id) });

export const createPowerNode = (viewer: Viewer, input: CreatePowerNodeInput): Promise<object> =>
  mutate<PowerNodeId>(viewer, {
    policy: CREATE, type: 'dcim.powernode.create', target: { kind: 'powernode', id: input.name, parent: input.datacenterId, datacenter: input.datacenterId }, input,
    decide: async q => {
      const wanted = created<CreatePowerNode>(input, { datacenterId: 'datacenter', parentId: 'powernode' });
      if (!wanted.ok) return wanted;
      return outcome(decideCreatePowerNode(wanted.value, await seenBy(q, wanted.value.datacenterId), viewer.door), d => powerNodes.insert([d.next]), d => d.next.id);
    },
    accept: id => accept(viewer, id),
  });

export const updatePowerNode = (viewer: Viewer, input: UpdatePowerNodeInput): Promise<object> =>
  mutate<PowerNodeId>(viewer, {
    policy: UPDATE, type: 'dcim.powernode.update', target: { kind: 'powernode', id: input.id }, input,
    decide: async q => {
      const wanted = updated<UpdatePowerNode>(input, { id: 'powernode', parentId: 'powernode' });
      if (!wanted.ok) return wanted;
      const node = await powerNodes.get(q, wanted.value.id);
      const seen = node === undefined ? { datacenter: undefined, regionCode: '_', nodes: [], draws: [] } : await seenBy(q, node.datacenterId);
      return changeOutcome(decideUpdatePowerNode(wanted.value, { ...seen, node }), d => powerNodes.update(d.next.id, d.changes, d));
    },
    accept: id => accept(viewer, id),
  });

interface Imported {
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
}

export const importPowerNodes = (viewer: Viewer, input: ImportPowerNodesInput): Promise<object> =>
  mutate<Imported>(viewer, {
    policy: IMPORT, type: 'dcim.powernode.import', target: { kind: 'datacenter', id: input.datacenterId }, input,
    decide: async q => {
      const wanted = created<ImportPowerNodes>({ ...input, nodes: input.nodes.map(withoutNulls) }, { datacenterId: 'datacenter' });
      if (!wanted.ok) return wanted;
      return outcome(
        decideImportPowerNodes(wanted.value, await seenBy(q, wanted.value.datacenterId), viewer.door),
        ({ next }) => [...(next.created.length === 0 ? [] : [powerNodes.insert(next.created)]), ...next.updated.map(powerNodes.replace)],
        ({ next }) => ({ created: next.created.length, updated: next.updated.length, unchanged: next.unchanged.length }),
      );
    },
    accept: counts => Promise.resolve({ __typename: 'PowerNodesImported', ...counts }),
  });

const withoutNulls = <T extends object>(row: T): T => Object.fromEntries(Object.entries(row).filter(([, v]) => v !== null)) as T;
