import type { OrganisationId, ProjectId } from '../core/index.ts';
import type { Leased } from './budgets.ts';
import { BudgetBook } from './budgets.ts';
import type { Quota, QuotaDemand, QuotaNode, QuotaUsage } from '../quota/index.ts';
import { buildTree, charge, discharge, noUsage, recount } from '../quota/index.ts';

/** What a claim counts for, with whom. */
export interface Charged {
  readonly tenantId: OrganisationId;
  readonly projectId: ProjectId;
  readonly lease: Leased;
  readonly demand: QuotaDemand;
}

const EMPTY = buildTree([]);
const NO_TREE = EMPTY.ok ? EMPTY.value : undefined;

/** The cohort tree of a region, what is used of it, and what its budgets have spent. */
export class QuotaBook {
  readonly budgets = new BudgetBook();
  #quotas: readonly Quota[] = [];
  #usage: QuotaUsage | undefined = NO_TREE === undefined ? undefined : noUsage(NO_TREE);

  get quotas(): readonly Quota[] {
    return this.#quotas;
  }
  get usage(): QuotaUsage | undefined {
    return this.#usage;
  }
  nodeOf(tenantId: OrganisationId, projectId: ProjectId): QuotaNode | undefined {
    return this.#quotas.length === 0 ? undefined : this.#usage?.tree.nodeOf(tenantId, projectId);
  }

  /** A new tree; everything that is claimed is counted again. Rows that no tree can be made of leave the old one: the door refuses them, so they are not ours. */
  plant(quotas: readonly Quota[], claims: () => Iterable<Charged>): void {
    this.#quotas = quotas;
    const tree = buildTree(quotas);
    if (!tree.ok) return;
    this.#usage = recount(tree.value, claims());
    this.budgets.plant(tree.value, leasesOf(claims()));
  }

  count(c: Charged, by: 1 | -1): void {
    const node = this.nodeOf(c.tenantId, c.projectId);
    if (node === undefined || this.#usage === undefined) return;
    if (by === 1) charge(this.#usage, node, c.demand);
    else discharge(this.#usage, node, c.demand);
  }
}

function* leasesOf(claims: Iterable<Charged>): Iterable<Leased> {
  for (const c of claims) yield c.lease;
}
