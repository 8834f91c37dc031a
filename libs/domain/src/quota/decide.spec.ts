import { describe, expect, it } from 'vitest';
import { countingIds, inWords } from '../datacenter/site.fixture.ts';
import type { GrantQuota, GrantSeen } from './decide.ts';
import { decideGrantQuota } from './decide.ts';
import { gpus, node, org, project, REGION } from './quota.fixture.ts';

const EXISTING = [node('all', { limits: gpus(64) }), node('lab', { under: 'all', org: 'lab', limits: gpus(8) })];
const grant = (over: Partial<GrantQuota> = {}, seen: Partial<GrantSeen> = {}) => decideGrantQuota(
  { regionId: REGION, name: 'lab-vision', generation: 0, parent: 'lab', organisation: 'lab', project: 'vision', limits: gpus(4), budgets: [], ...over },
  { regionCode: 'fr-valence', quotas: EXISTING, tenantId: org('lab'), projectId: project('vision'), shapeCodes: ['h200-8'], ...seen }, { ids: countingIds() },
);
const NOBODY = { tenantId: undefined, projectId: undefined } as const;
/** A node that belongs to nobody. */
const grantCohort = (over: Omit<Partial<GrantQuota>, 'organisation' | 'project'>) => {
  const { organisation: _o, project: _p, parent: _, ...rest } = { regionId: REGION, name: 'all', generation: 3, limits: gpus(64), budgets: [], organisation: '', project: '', parent: '' };
  return decideGrantQuota({ ...rest, ...over }, { regionCode: 'fr-valence', quotas: EXISTING, ...NOBODY, shapeCodes: [] }, { ids: countingIds() });
};

describe('a quota is granted', () => {
  it.each([
    { reason: 'to a project', result: grant(), said: ['ok'] },
    { reason: 'of a shape that exists', result: grant({ limits: [{ dimension: 'GPU:h200-8', nominal: 8 }] }), said: ['ok'] },
    { reason: 'of one that does not', result: grant({ limits: [{ dimension: 'GPU:h200-9', nominal: 8 }] }), said: ['UNKNOWN_VALUE limits.0.dimension value=GPU:h200-9 near=GPU:h200-8'] },
    { reason: 'with negative borrowing', result: grant({ limits: gpus(4, { borrowingLimit: -1 }) }), said: ['BELOW_MINIMUM limits.0.borrowingLimit value=-1 limit=0'] },
    { reason: 'with negative lending', result: grant({ limits: gpus(4, { lendingLimit: -1 }) }), said: ['BELOW_MINIMUM limits.0.lendingLimit value=-1 limit=0'] },
    { reason: 'with half a GPU', result: grant({ limits: gpus(0.5) }), said: ['NOT_AN_INTEGER limits.0.nominal value=0.5'] },
    { reason: 'twice of the same', result: grant({ limits: [...gpus(4), ...gpus(5)] }), said: ['DUPLICATE limits.1 value=GPU other=1'] },
    { reason: 'with a budget that carries over more than everything', result: grant({ budgets: [{ dimension: 'KWH', perPeriod: 1, period: 'YEAR', carryOverPct: 101 }] }), said: ['ABOVE_MAXIMUM budgets.0.carryOverPct value=101 limit=100'] },
    { reason: 'under a name that nobody has', result: grant({ parent: 'lob' }), said: ['UNKNOWN_VALUE parent value=lob near=lab'] },
    { reason: 'to an organisation that does not exist', result: grant({}, NOBODY), said: ['NOT_FOUND organisation'] },
    { reason: 'to a project that it has not', result: grant({}, { projectId: undefined }), said: ['NOT_FOUND project'] },
    { reason: 'to a project that has one', result: grant({ name: 'other' }, { quotas: [...EXISTING, node('first', { org: 'lab', project: 'vision' })] }), said: ['ALREADY_EXISTS project value=project_vision'] },
    { reason: 'in no region', result: grant({}, { regionCode: undefined }), said: ['NOT_FOUND regionId'] },
    { reason: 'as new, where there is one of that name', result: grantCohort({ generation: 0 }), said: ['STALE_GENERATION generation asked=0 current=3'] },
    { reason: 'as known, where there is none', result: grant({ generation: 2 }), said: ['STALE_GENERATION generation asked=2 current=0'] },
    { reason: 'as another\'s than it was', result: grant({ name: 'lab', generation: 3 }), said: ['ALREADY_EXISTS name value=lab'] },
    { reason: 'under itself', result: grantCohort({ parent: 'all' }), said: ['QUOTA_COHORT_CYCLE parent value=all'] },
    { reason: 'under what stands under an organisation', result: grantCohort({ parent: 'lab' }), said: ['QUOTA_COHORT_CYCLE parent value=all'] },
    { reason: 'changed', result: grantCohort({ limits: gpus(32) }), said: ['ok'] },
  ])('$reason', ({ result, said }) => { expect(inWords(result)).toEqual(said); });

  it('the auditor reads every number that changed, and whose it is', () => {
    const created = grant({ limits: gpus(4, { borrowingLimit: 2 }), budgets: [{ dimension: 'KWH', perPeriod: 900, period: 'QUARTER', carryOverPct: 50 }] });
    const changed = grantCohort({ limits: gpus(32) });
    expect([created, changed].map(r => (r.ok ? r.value.decision.audit[0] : r.error))).toMatchObject([
      { type: 'tenancy.quota.grant', tenant: org('lab'), target: { parent: project('vision') }, change: [{ path: 'GPU', to: 4 }, { path: 'GPU.borrowing', to: 2 }, { path: 'KWH.QUARTER', to: 900 }] },
      { type: 'tenancy.quota.grant', change: [{ path: 'GPU', from: 64, to: 32 }] },
    ]);
  });

  it('is withdrawn by a grant of nothing: the node stands alone and limits nothing', () => {
    const result = grantCohort({ limits: [] });
    expect(result.ok && result.value.kind === 'update' ? result.value.decision.changes : result).toEqual({ limits: [] });
  });
});
