import { describe, expect, it } from 'vitest';
import { faultInWords } from '../datacenter/site.fixture.ts';
import type { RegionId } from '../core/index.ts';
import { gpus, node, nodeNamed, org, project, treeOf } from './quota.fixture.ts';
import type { Quota } from './model.ts';
import { buildTree } from './tree.ts';

const said = (...quotas: readonly Quota[]): readonly string[] => {
  const tree = buildTree(quotas);
  return tree.ok ? ['ok'] : tree.error.map(faultInWords);
};

describe('the nodes of a region stand as trees', () => {
  it.each([
    { reason: 'none at all', result: said(), words: ['ok'] },
    { reason: 'cohort, organisation, project', result: said(node('all'), node('a', { under: 'all', org: 'a' }), node('a1', { under: 'a', org: 'a', project: 'a1' })), words: ['ok'] },
    { reason: 'a project straight under a cohort', result: said(node('all'), node('a1', { under: 'all', org: 'a', project: 'a1' })), words: ['ok'] },
    { reason: 'above itself', result: said(node('a', { under: 'a' })), words: ['QUOTA_COHORT_CYCLE quotas.a.parent value=a'] },
    { reason: 'in a circle of three, and one that hangs on it', result: said(node('a', { under: 'c' }), node('b', { under: 'a' }), node('c', { under: 'b' }), node('d', { under: 'a' })),
      words: ['QUOTA_COHORT_CYCLE quotas.a.parent value=a', 'QUOTA_COHORT_CYCLE quotas.b.parent value=b', 'QUOTA_COHORT_CYCLE quotas.c.parent value=c'] },
    { reason: 'under nothing that exists', result: said(node('a', { under: 'b' })), words: ['NOT_FOUND quotas.a.parent'] },
    { reason: 'under a node of another region', result: said({ ...node('all'), regionId: 'region_s' as RegionId }, node('a', { under: 'all' })), words: ['NOT_FOUND quotas.a.parent'] },
    { reason: 'under another organisation', result: said(node('a', { org: 'a' }), node('b1', { under: 'a', org: 'b', project: 'b1' })), words: ['QUOTA_PARENT_MISMATCH quotas.b1.parent value=b1'] },
    { reason: 'a cohort under an organisation', result: said(node('a', { org: 'a' }), node('x', { under: 'a' })), words: ['QUOTA_PARENT_MISMATCH quotas.x.parent value=x'] },
    { reason: 'anything under a project', result: said(node('a1', { org: 'a', project: 'a1' }), node('a2', { under: 'a1', org: 'a', project: 'a2' })), words: ['QUOTA_PARENT_MISMATCH quotas.a2.parent value=a2'] },
    { reason: 'two for one project', result: said(node('x', { org: 'a', project: 'a1' }), node('y', { org: 'a', project: 'a1' })), words: ['ALREADY_EXISTS quotas.y.project value=project_a1'] },
    { reason: 'two for one organisation', result: said(node('x', { org: 'a' }), node('y', { org: 'a' })), words: ['ALREADY_EXISTS quotas.y.organisation value=organisation_a'] },
    { reason: 'a project of nobody', result: said(node('x', { project: 'a1' })), words: ['REQUIRED quotas.x.organisation'] },
    { reason: 'children with more than their parent: nominals add up, a parent is no ceiling', result: said(node('all', { limits: gpus(1) }), node('a', { under: 'all', org: 'a', limits: gpus(50) })), words: ['ok'] },
  ])('$reason', ({ result, words }) => { expect(result).toEqual(words); });
});

describe('an order is charged', () => {
  const tree = treeOf(node('all'), node('a', { under: 'all', org: 'a' }), node('a1', { under: 'a', org: 'a', project: 'a1' }));
  it.each([
    { reason: 'to the node of its project', tenant: 'a', of: 'a1', name: 'a1' },
    { reason: 'else to that of its organisation', tenant: 'a', of: 'a2', name: 'a' },
    { reason: 'else to none: it is not limited here', tenant: 'b', of: 'b1', name: undefined },
  ])('$reason', ({ tenant, of, name }) => { expect(tree.nodeOf(org(tenant), project(of))?.quota.name).toBe(name); });
});

describe('what a node and all under it have', () => {
  it.each([
    { reason: 'its own and what its children lend', of: 'all', dimension: 'GPU', cell: { nominal: 10, subtree: 10 + 8 + 3, kept: 0 } },
    { reason: 'a child keeps what its lending limit does not give', of: 'b', dimension: 'GPU', cell: { nominal: 8, subtree: 8, kept: 5, borrowingLimit: 2 } },
    { reason: 'a node that says nothing of a dimension that its tree names has none of its own', of: 'c', dimension: 'GPU', cell: { nominal: 0, subtree: 0, kept: 0 } },
    { reason: 'a lending limit above the nominal keeps nothing', of: 'a', dimension: 'GPU', cell: { nominal: 8, subtree: 8, kept: 0 } },
    { reason: 'a dimension that the tree does not name is nowhere', of: 'a', dimension: 'WATTS', cell: undefined },
  ] as const)('$reason', ({ of, dimension, cell }) => {
    const tree = treeOf(
      node('all', { limits: gpus(10) }), node('a', { under: 'all', limits: gpus(8, { lendingLimit: 9 }) }),
      node('b', { under: 'all', limits: gpus(8, { lendingLimit: 3, borrowingLimit: 2 }) }), node('c', { under: 'all' }),
      node('other', { limits: [{ dimension: 'WATTS', nominal: 1 }] }),
    );
    const { slot: _, above: _above, ...found } = nodeNamed(tree, of).cells.get(dimension) ?? { slot: 0 };
    expect(found).toEqual(cell ?? {});
  });
});
