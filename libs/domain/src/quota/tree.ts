import { alreadyExists } from '../audit/decision.ts';
import { at, fault, shown, within, type Place } from '../core/check.ts';
import type { Faults, OrganisationId, Problem, ProjectId, QuotaId, Result } from '../core/index.ts';
import { faults, no, ok, problem } from '../core/index.ts';
import type { Quota, QuotaDimension } from './model.ts';

/** One dimension of one node, with what the nodes under it lend: all that the arithmetic of `account.ts` reads. Whole units. */
export interface QuotaCell {
  /** Where `QuotaUsage` counts it: dense from 0 over the region's trees. */
  readonly slot: number;
  /** The same dimension of the node above: the walk to the root looks nothing up. */
  readonly above?: QuotaCell;
  readonly nominal: number;
  readonly borrowingLimit?: number;
  /** Own nominal and what the children lend: what the node and all under it have without borrowing. */
  readonly subtree: number;
  /** The part of `subtree` that the lending limit keeps from the cohort. */
  readonly kept: number;
}

export interface QuotaNode {
  readonly quota: Quota;
  readonly parent?: QuotaNode;
  /** Every dimension that any node of the tree names. */
  readonly cells: ReadonlyMap<QuotaDimension, QuotaCell>;
}

/** The cohort trees of one region. Immutable: a changed row makes a new one, and usage is counted again (`recount`). */
export interface QuotaTree {
  readonly nodes: ReadonlyMap<QuotaId, QuotaNode>;
  /** How many cells there are. */
  readonly slots: number;
  /** The node that an order of this project is charged to: the project's own, else its organisation's. Undefined: not limited in this region. */
  nodeOf(tenantId: OrganisationId, projectId: ProjectId): QuotaNode | undefined;
}

/** What all the rows of a region come to, or every fault between them. Limits of single rows are judged by `decide.ts`. */
export const buildTree = (quotas: readonly Quota[]): Result<QuotaTree, Faults> => {
  const list = faults([...parentFaults(quotas), ...ownerFaults(quotas)]);
  if (list !== undefined) return no(list);
  const { nodes, slots } = nodesOf(quotas);
  const organisations = new Map<OrganisationId, QuotaNode>();
  const projects = new Map<ProjectId, QuotaNode>();
  for (const node of nodes.values()) {
    const { tenantId, projectId } = node.quota;
    if (projectId !== undefined) projects.set(projectId, node);
    else if (tenantId !== undefined) organisations.set(tenantId, node);
  }
  return ok({ nodes, slots, nodeOf: (tenantId, projectId) => projects.get(projectId) ?? organisations.get(tenantId) });
};

const ownerOf = (q: Pick<Quota, 'tenantId' | 'projectId'>): string => `${q.tenantId ?? ''}/${q.projectId ?? ''}`;
// Fields by the names that people write them under: codes and names, not ids.
const placeOf = (q: Quota): Place => at('quotas', q.name);

const parentFaults = (quotas: readonly Quota[]): readonly Problem[] => {
  const byId = new Map(quotas.map(q => [q.id, q]));
  return quotas.flatMap(q => {
    const place = within(placeOf(q), 'parent');
    if (q.parentId === undefined) return [];
    const parent = byId.get(q.parentId);
    if (parent?.regionId !== q.regionId) return [problem('NOT_FOUND', { noun: 'quota', id: shown(q.parentId) }, place)];
    const circle = circleFrom(q, byId);
    if (circle.length > 0) return [fault('QUOTA_COHORT_CYCLE', place, { value: q.name, circle })];
    return mayStandUnder(q, parent) ? [] : [fault('QUOTA_PARENT_MISMATCH', place, { value: q.name, parent: parent.name })];
  });
};

/** Under an organisation's node stand its projects and nothing else, under a project's nothing: a node's usage is then its owner's alone. */
const mayStandUnder = (q: Quota, parent: Quota): boolean => parent.tenantId === undefined || (parent.projectId === undefined && parent.tenantId === q.tenantId && q.projectId !== undefined);

/** Names on the way from a node back to itself; empty when the way ends at a root. */
const circleFrom = (q: Quota, byId: ReadonlyMap<QuotaId, Quota>): readonly string[] => {
  const seen = [q.name];
  let above = q.parentId === undefined ? undefined : byId.get(q.parentId);
  // A circle further up that this node only hangs on is told at its own nodes; the bound is what ends the walk there.
  for (let n = 0; above !== undefined && n < byId.size; n += 1) {
    if (above.id === q.id) return seen;
    seen.push(above.name);
    above = above.parentId === undefined ? undefined : byId.get(above.parentId);
  }
  return [];
};

/** Whose a node is: one node an organisation, one a project, and a project only with its organisation. */
const ownerFaults = (quotas: readonly Quota[]): readonly Problem[] => {
  const owners = new Map<string, Quota>();
  return quotas.flatMap(q => {
    if (q.tenantId === undefined) return q.projectId === undefined ? [] : [fault('REQUIRED', within(placeOf(q), 'organisation'))];
    const first = owners.get(ownerOf(q));
    owners.set(ownerOf(q), first ?? q);
    return first === undefined ? [] : [alreadyExists('quota', q.projectId ?? q.tenantId, within(placeOf(q), q.projectId === undefined ? 'organisation' : 'project'))];
  });
};

const nodesOf = (quotas: readonly Quota[]): { readonly nodes: ReadonlyMap<QuotaId, QuotaNode>; readonly slots: number } => {
  const byId = new Map(quotas.map(q => [q.id, q]));
  const children = Map.groupBy(quotas, q => q.parentId);
  const rootOf = (q: Quota): Quota => {
    const parent = q.parentId === undefined ? undefined : byId.get(q.parentId);
    return parent === undefined ? q : rootOf(parent);
  };
  const named = new Map([...Map.groupBy(quotas, rootOf)].map(([root, tree]) => [root.id, new Set(tree.flatMap(q => q.limits.map(l => l.dimension)))]));
  const nodes = new Map<QuotaId, QuotaNode>();
  const weights = new Map<QuotaId, ReadonlyMap<QuotaDimension, Weight>>();
  let slots = 0;
  // Children first, because a parent's sum needs theirs; then parents first, because a child points at its parent.
  const weigh = (q: Quota, dimensions: ReadonlySet<QuotaDimension>): void => {
    const under = children.get(q.id) ?? [];
    for (const child of under) weigh(child, dimensions);
    weights.set(q.id, new Map([...dimensions].map(d => [d, weightOf(q, d, under.map(child => weights.get(child.id)?.get(d)))])));
  };
  const link = (q: Quota, parent: QuotaNode | undefined): void => {
    const cells = [...(weights.get(q.id) ?? [])].map(([d, weight]): readonly [QuotaDimension, QuotaCell] => {
      const above = parent?.cells.get(d);
      return [d, { ...weight, slot: slots++, ...(above === undefined ? {} : { above }) }];
    });
    const node: QuotaNode = { quota: q, cells: new Map(cells), ...(parent === undefined ? {} : { parent }) };
    nodes.set(q.id, node);
    for (const child of children.get(q.id) ?? []) link(child, node);
  };
  for (const root of children.get(undefined) ?? []) {
    weigh(root, named.get(root.id) ?? new Set());
    link(root, undefined);
  }
  return { nodes, slots };
};

type Weight = Omit<QuotaCell, 'slot' | 'above'>;
const weightOf = (q: Quota, dimension: QuotaDimension, children: readonly (Weight | undefined)[]): Weight => {
  const limit = q.limits.find(l => l.dimension === dimension);
  const nominal = limit?.nominal ?? 0;
  const subtree = children.reduce((sum, c) => sum + (c === undefined ? 0 : c.subtree - c.kept), nominal);
  const kept = limit?.lendingLimit === undefined ? 0 : Math.max(0, subtree - limit.lendingLimit);
  return { nominal, subtree, kept, ...(limit?.borrowingLimit === undefined ? {} : { borrowingLimit: limit.borrowingLimit }) };
};
