import type { Change, Decided } from '../audit/decision.ts';
import { alreadyExists, amended, current, notFound, unless } from '../audit/decision.ts';
import type { AuditFact } from '../audit/model.ts';
import type { Place } from '../core/check.ts';
import * as check from '../core/check.ts';
import { at, fault, shown, within, wouldBreak } from '../core/check.ts';
import type { DatacenterId, Faults, Ids, PowerNodeId, Problem, Result } from '../core/index.ts';
import { nearest } from '../core/near.ts';
import type { Patch } from '../core/patch.ts';
import { changed } from '../core/patch.ts';
import type { Datacenter } from '../datacenter/model.ts';
import type { PowerNode } from './model.ts';
import { POWER_NODE_KINDS, POWER_SIDES, SIDED_KINDS } from './model.ts';
import type { Draw, PlaceOf } from './tree.ts';
import { growTree, namedFaults, newOverloads, overloads, treeOf } from './tree.ts';

export type CreatePowerNode = Omit<PowerNode, 'id' | 'generation'>;
const NEEDED = ['kind', 'side', 'capacityW', 'deratingPct', 'assumed'] as const;
const CHANGEABLE = [...NEEDED, 'parentId'] as const;
type Changeable = (typeof CHANGEABLE)[number];
export interface UpdatePowerNode extends Patch<Pick<PowerNode, Changeable>> {
  readonly id: PowerNodeId;
  readonly generation: number;
}
/** Fields whose value may be an assumption. */
export const POWER_NODE_FACTS = ['name', 'kind', 'parent', 'side', 'capacityW', 'deratingPct'] as const;
/** Two gigawatts: no site's grid connection comes near, and a 32-bit column holds it. */
export const MAX_POWER_W = 2_000_000_000;

/** The datacenter as its power sees it. */
export interface PowerSeen {
  readonly datacenter: Datacenter | undefined;
  readonly regionCode: string;
  /** All nodes of the datacenter. */
  readonly nodes: readonly PowerNode[];
  /** All its racks, with what they draw now. */
  readonly draws: readonly Draw[];
}

export const decideCreatePowerNode = (input: CreatePowerNode, seen: PowerSeen, by: { readonly ids: Ids }): Decided<PowerNode> => {
  const { datacenter, nodes, regionCode } = seen;
  if (datacenter === undefined) return notFound('datacenter', input.datacenterId, 'datacenterId');
  if (input.parentId !== undefined && !nodes.some(n => n.id === input.parentId)) return notFound('powernode', input.parentId, 'parentId');
  const next: PowerNode = { ...input, id: by.ids.next('powernode'), generation: 1 };
  const taken = nodes.some(n => n.name === next.name);
  const found = [
    ...check.labelWord(at('name'), next.name), ...facts(at(), next), ...(taken ? [alreadyExists('powernode', shown(next.name), at('name'))] : []),
  ];
  const judged = found.length > 0 ? found : treeChange(datacenter, seen, [next], placeIn);
  return unless(judged, () => ({ next, events: [event(next, regionCode, 'created')], audit: [fact(next, regionCode, 'dcim.powernode.create')] }));
};

export const decideUpdatePowerNode = (input: UpdatePowerNode, seen: PowerSeen & { readonly node: PowerNode | undefined }): Result<Change<PowerNode, Changeable>, Faults> => {
  const { datacenter, nodes, regionCode } = seen;
  const found = current('powernode', input, seen.node, NEEDED);
  if (datacenter === undefined || !found.ok) return found.ok ? notFound('powernode', input.id, 'id') : found;
  const amend = amended(found.value, input, CHANGEABLE);
  const { next } = amend;
  if (next.parentId !== undefined && !nodes.some(n => n.id === next.parentId)) return notFound('powernode', next.parentId, 'parentId');
  const wrong = facts(at(), next);
  return unless(wrong.length > 0 ? wrong : treeChange(datacenter, seen, [next], placeIn), () => ({
    ...amend,
    events: [event(next, regionCode, 'updated')],
    audit: [{ ...fact(next, regionCode, 'dcim.powernode.update'), change: changed(found.value, next, CHANGEABLE, ['kind', 'side', 'parentId', 'assumed']) }],
  }));
};

/** One node of a tree that is declared whole: its parent by name, from the same list or already there. */
export type PowerNodeRow = Omit<PowerNode, 'id' | 'datacenterId' | 'parentId' | 'generation'> & { readonly parent?: string };
export interface ImportPowerNodes {
  readonly datacenterId: DatacenterId;
  readonly nodes: readonly PowerNodeRow[];
}
/** What an import writes: new nodes, and those that differ from what is there. Nodes that it does not name stay as they are. */
export interface PowerNodesImported {
  readonly created: readonly PowerNode[];
  readonly updated: readonly PowerNode[];
  readonly unchanged: readonly PowerNode[];
}
export const MAX_IMPORT_NODES = 10_000;

/** Many nodes at once, all or none, in any order: so a tree comes from one file, and a change that moves several limits is judged by where it ends. */
export const decideImportPowerNodes = (input: ImportPowerNodes, seen: PowerSeen, by: { readonly ids: Ids }): Decided<PowerNodesImported> => {
  const { datacenter, nodes: before, regionCode } = seen;
  if (datacenter === undefined) return notFound('datacenter', input.datacenterId, 'datacenterId');
  if (input.nodes.length === 0) return unless([fault('REQUIRED', at('nodes'))], () => nothing);
  if (input.nodes.length > MAX_IMPORT_NODES) return unless([fault('TOO_MANY_ROWS', at('nodes'), { value: input.nodes.length, limit: MAX_IMPORT_NODES })], () => nothing);
  const known = new Map(before.map(n => [n.name, n]));
  // A name that stands twice becomes two nodes here: growTree is what tells how they contradict each other.
  const firstOf = new Map(input.nodes.map((row, n) => [row.name, n] as const).reverse());
  const ids = input.nodes.map((row, n) => (firstOf.get(row.name) === n ? known.get(row.name)?.id : undefined) ?? by.ids.next('powernode'));
  const idOf = new Map([...before.map(n => [n.name, n.id] as const), ...[...firstOf].map(([name, n]) => [name, ids[n]] as const)]);
  const rows = input.nodes.map((row, n) => nodeOf(row, datacenter.id, ids[n], idOf, known.get(row.name)?.generation));
  const placeOf = placeAmong(rows);
  const found = input.nodes.flatMap((row, n) => {
    const place = at('nodes', n);
    return [
      ...check.labelWord(within(place, 'name'), row.name), ...facts(place, row),
      ...(row.parent === undefined || idOf.has(row.parent) ? [] : [unknownParent(within(place, 'parent'), row.parent, [...idOf.keys()])]),
    ];
  });
  return unless(found.length > 0 ? found : treeChange(datacenter, seen, rows, placeOf), () => imported(rows, known, datacenter, regionCode));
};
const SHOWN_PARENTS = 20;
const unknownParent = (place: Place, name: string, known: readonly string[]): Problem =>
  fault('UNKNOWN_VALUE', place, { value: shown(name), near: nearest(name, known), known: known.slice(0, SHOWN_PARENTS) });
const nothing = { next: { created: [], updated: [], unchanged: [] }, events: [], audit: [] };

const nodeOf = ({ parent, ...row }: PowerNodeRow, datacenterId: DatacenterId, id: PowerNodeId | undefined, idOf: ReadonlyMap<string, PowerNodeId | undefined>, generation = 1): PowerNode => {
  const parentId = parent === undefined ? undefined : idOf.get(parent);
  return { ...row, id: id as PowerNodeId, datacenterId, generation, ...(parentId === undefined ? {} : { parentId }) };
};

const imported = (rows: readonly PowerNode[], known: ReadonlyMap<string, PowerNode>, datacenter: Datacenter, regionCode: string) => {
  const created = rows.filter(n => !known.has(n.name));
  const differs = (n: PowerNode): boolean => JSON.stringify(CHANGEABLE.map(k => n[k] ?? null)) !== JSON.stringify(CHANGEABLE.map(k => known.get(n.name)?.[k] ?? null));
  const updated = rows.filter(n => known.has(n.name) && differs(n)).map(n => ({ ...n, generation: n.generation + 1 }));
  const unchanged = rows.filter(n => known.has(n.name) && !differs(n));
  return {
    next: { created, updated, unchanged },
    events: [...created.map(n => event(n, regionCode, 'created')), ...updated.map(n => event(n, regionCode, 'updated'))],
    audit: [{
      type: 'dcim.powernode.import', phase: 'completed', outcome: 'success',
      target: { kind: 'datacenter', id: datacenter.id, region: regionCode, datacenter: datacenter.id },
      numbers: { created: created.length, updated: updated.length, unchanged: unchanged.length },
    }],
  } as const;
};

const placeIn: PlaceOf = (_node, field) => at(field === 'parent' ? 'parentId' : field);
const placeAmong = (rows: readonly PowerNode[]): PlaceOf => {
  const index = new Map(rows.map((n, i) => [n, i]));
  return (node, field) => {
    const n = index.get(node);
    return n === undefined ? at('nodes') : at('nodes', n, field);
  };
};

const facts = (place: Place, n: Pick<PowerNode, 'kind' | 'side' | 'capacityW' | 'deratingPct' | 'assumed'>): check.Found => [
  ...check.oneOf(within(place, 'kind'), n.kind, POWER_NODE_KINDS),
  ...check.oneOf(within(place, 'side'), n.side, POWER_SIDES),
  ...(n.side === 'NONE' && SIDED_KINDS.includes(n.kind) ? [fault('FEED_WITHOUT_SIDE', within(place, 'side'), { value: n.kind, rack: 'none', limit: 'A, B' })] : []),
  ...check.integer(within(place, 'capacityW'), n.capacityW, 1, MAX_POWER_W),
  ...check.integer(within(place, 'deratingPct'), n.deratingPct, 0, 100),
  ...check.fields(within(place, 'assumed'), n.assumed, POWER_NODE_FACTS),
];

/** The whole tree as it would be: its shape, what racks take its nodes for, and whether everything that draws power now still may. */
const treeChange = (datacenter: Datacenter, seen: PowerSeen, rows: readonly PowerNode[], placeOf: PlaceOf): readonly Problem[] => {
  const changing = new Set(rows.map(n => n.id));
  // Rows first: what is wrong with the tree is told where the input says it.
  const grown = growTree([...rows, ...seen.nodes.filter(n => !changing.has(n.id))], placeOf);
  if (!grown.ok) return grown.error;
  const named = rows.flatMap(n => namedFaults(n, seen.draws, placeOf(n, 'side')));
  if (named.length > 0) return named;
  const tolerated = datacenter.feedLossTolerated;
  const over = newOverloads(overloads(treeOf(seen.nodes), seen.draws, tolerated), overloads(grown.value, seen.draws, tolerated));
  const changed = new Map(rows.map(n => [n.id, n]));
  return over.map(o => {
    // Another node than the one that changes: something was moved under it.
    const row = changed.get(o.node.id);
    const place = row === undefined ? placeOf(rows[0] ?? o.node, 'parent') : samePlace(placeOf(row, 'side'), 'capacityW');
    return wouldBreak(place, row === undefined ? shown(o.node.name) : `${String(o.usableW)} W`, o.racks, { least: o.loadW });
  });
};
const samePlace = (place: Place, field: string): Place => ({ ...place, path: [...place.path.slice(0, -1), field] });

const event = (n: PowerNode, regionCode: string, verb: string) => ({ noun: 'powernode', objectId: n.id, verb, regionCode });
const fact = (n: PowerNode, regionCode: string, type: AuditFact['type']): AuditFact => ({
  type, phase: 'completed', outcome: 'success', target: { kind: 'powernode', id: n.id, parent: n.parentId ?? n.datacenterId, region: regionCode, datacenter: n.datacenterId },
  numbers: { capacityW: n.capacityW, deratingPct: n.deratingPct },
});
