import type { FieldConflict } from '../client/index.ts';
import type { Leaves, Path } from './fields.ts';
import { fieldsV1, readable, sameLeaf } from './fields.ts';

/** One line of `managedFields`. */
export interface Owner {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly subresource: 'status' | '';
  readonly paths: ReadonlySet<Path>;
}

export interface Managed {
  readonly leaves: Leaves;
  readonly owners: readonly Owner[];
}

const isSame = (a: Owner, b: Omit<Owner, 'paths'>): boolean => a.manager === b.manager && a.operation === b.operation && a.subresource === b.subresource;

/** Server-side apply: the merge, or who stands in its way. `wanted` holds only leaves that may be managed. */
export const applyLeaves = (live: Managed, who: Omit<Owner, 'paths'>, wanted: Leaves, force: boolean): Managed | { readonly conflicts: FieldConflict[] } => {
  const others = live.owners.filter(o => !isSame(o, who));
  const contested = [...wanted].filter(([path, value]) => !sameLeaf(live.leaves.get(path), value)).map(([path]) => path);
  const conflicts = contested.flatMap(path => others.filter(o => o.paths.has(path)).map(o => ({ manager: o.manager, field: readable(path) })));
  if (conflicts.length > 0 && !force) return { conflicts };
  const lost = new Set(contested);
  const kept = others.map(o => ({ ...o, paths: new Set([...o.paths].filter(p => !lost.has(p))) })).filter(o => o.paths.size > 0);
  const leaves = new Map(live.leaves);
  const before = live.owners.find(o => isSame(o, who))?.paths ?? new Set<Path>();
  // What we applied before and no longer ask for goes away, unless someone else holds it too.
  for (const path of before) if (!wanted.has(path) && !kept.some(o => o.paths.has(path))) leaves.delete(path);
  for (const [path, value] of wanted) leaves.set(path, value);
  return { leaves, owners: wanted.size === 0 ? kept : [...kept, { ...who, paths: new Set(wanted.keys()) }] };
};

/** A plain update: whatever it changed is the writer's from now on, whoever held it. */
export const updateLeaves = (live: Managed, who: Omit<Owner, 'paths'>, next: Leaves): Managed => {
  const changed = new Set([...next].filter(([p, v]) => !sameLeaf(live.leaves.get(p), v)).map(([p]) => p));
  const gone = new Set([...live.leaves.keys()].filter(p => !next.has(p)));
  const mine = live.owners.find(o => isSame(o, who))?.paths ?? new Set<Path>();
  const kept = live.owners.filter(o => !isSame(o, who)).map(o => ({ ...o, paths: new Set([...o.paths].filter(p => !changed.has(p) && !gone.has(p))) }));
  const paths = new Set([...mine, ...changed].filter(p => next.has(p)));
  return { leaves: next, owners: [...kept, { ...who, paths }].filter(o => o.paths.size > 0) };
};

const ownersText = (owners: readonly Owner[]): string =>
  owners.map(o => JSON.stringify([o.manager, o.operation, o.subresource, [...o.paths].sort()])).sort().join();

/** Whether a write would leave everything as it is, owners included. */
export const sameManaged = (a: Managed, b: Managed): boolean =>
  a.leaves.size === b.leaves.size && [...a.leaves].every(([p, v]) => b.leaves.has(p) && sameLeaf(b.leaves.get(p), v)) && ownersText(a.owners) === ownersText(b.owners);

export const managedFields = (owners: readonly Owner[], apiVersion: string) =>
  owners.map(o => ({
    manager: o.manager, operation: o.operation, apiVersion, fieldsType: 'FieldsV1', fieldsV1: fieldsV1(o.paths),
    ...(o.subresource === '' ? {} : { subresource: o.subresource }),
  }));
