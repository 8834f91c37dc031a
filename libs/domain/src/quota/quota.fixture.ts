import type { Id, OrganisationId, ProjectId, QuotaId, RegionId } from '../core/index.ts';
import type { Quota, QuotaBudget, QuotaLimit } from './model.ts';
import type { QuotaNode, QuotaTree } from './tree.ts';
import { buildTree } from './tree.ts';

export const REGION = 'region_r' as RegionId;
export const quotaId = (name: string): QuotaId => `quota_${name}` as Id<'quota'>;
export const org = (name: string): OrganisationId => `organisation_${name}` as OrganisationId;
export const project = (name: string): ProjectId => `project_${name}` as ProjectId;

interface Given {
  readonly under?: string;
  readonly org?: string;
  readonly project?: string;
  readonly limits?: readonly QuotaLimit[];
  readonly budgets?: readonly QuotaBudget[];
}
export const node = (name: string, given: Given = {}): Quota => ({
  id: quotaId(name), regionId: REGION, name, limits: given.limits ?? [], budgets: given.budgets ?? [], generation: 3,
  ...(given.under === undefined ? {} : { parentId: quotaId(given.under) }),
  ...(given.org === undefined ? {} : { tenantId: org(given.org) }),
  ...(given.project === undefined ? {} : { projectId: project(given.project) }),
});
export const gpus = (nominal: number, more: Omit<QuotaLimit, 'dimension' | 'nominal'> = {}): readonly QuotaLimit[] => [{ dimension: 'GPU', nominal, ...more }];

export const treeOf = (...quotas: readonly Quota[]): QuotaTree => {
  const tree = buildTree(quotas);
  if (!tree.ok) throw new Error(JSON.stringify(tree.error));
  return tree.value;
};
export const nodeNamed = (tree: QuotaTree, name: string): QuotaNode => {
  const found = tree.nodes.get(quotaId(name));
  if (found === undefined) throw new Error(`no node ${name}`);
  return found;
};
