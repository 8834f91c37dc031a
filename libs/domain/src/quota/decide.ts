import type { AuditFact } from '../audit/model.ts';
import type { Change, Decision } from '../audit/decision.ts';
import { alreadyExists, amended, notFound, unless } from '../audit/decision.ts';
import * as check from '../core/check.ts';
import { at, fault, within, type Place } from '../core/check.ts';
import { nearest } from '../core/near.ts';
import type { Faults, Ids, OrganisationId, Problem, ProjectId, RegionId, Result } from '../core/index.ts';
import { no, problem } from '../core/index.ts';
import { changed } from '../core/patch.ts';
import type { Quota, QuotaBudget, QuotaLimit } from './model.ts';
import { BUDGET_DIMENSIONS, BUDGET_PERIODS, PLAIN_DIMENSIONS } from './model.ts';
import { buildTree } from './tree.ts';

/**
 * A node as it shall be, named by its region and name. What the node's owner is never changes; parent, limits and budgets are replaced whole. A node
 * without parent, limits and budgets limits nothing: that is how a grant is withdrawn.
 */
export interface GrantQuota {
  readonly regionId: RegionId;
  readonly name: string;
  /** 0: the node is new. Otherwise the generation that was read. */
  readonly generation: number;
  /** Name of a node of the region. */
  readonly parent?: string;
  /** Code. */
  readonly organisation?: string;
  /** Code of a project of that organisation. */
  readonly project?: string;
  readonly limits: readonly QuotaLimit[];
  readonly budgets: readonly QuotaBudget[];
}
export interface GrantSeen {
  readonly regionCode: string | undefined;
  /** Every node of the region. */
  readonly quotas: readonly Quota[];
  /** Of the codes that the input names. */
  readonly tenantId: OrganisationId | undefined;
  readonly projectId: ProjectId | undefined;
  readonly shapeCodes: readonly string[];
}

const CHANGEABLE = ['parentId', 'limits', 'budgets'] as const;
type Changeable = (typeof CHANGEABLE)[number];
/** What a GraphQL integer holds, which is beyond any real grant: 2.1 GW, two million GPUs in thousandths. */
const MOST = 2_147_483_647;
/** A budget is money and energy of years. A hundredth of 2^53, so that a percent of it stays exact. */
const MOST_SPENT = 90_071_992_547_409;
const MAX_LIMITS = 64;

export type Granted = { readonly kind: 'create'; readonly decision: Decision<Quota> } | { readonly kind: 'update'; readonly decision: Change<Quota, Changeable> };

export const decideGrantQuota = (input: GrantQuota, seen: GrantSeen, by: { readonly ids: Ids }): Result<Granted, Faults> => {
  const { regionCode } = seen;
  if (regionCode === undefined) return notFound('region', input.regionId, 'regionId');
  const before = seen.quotas.find(q => q.name === input.name);
  const current = before?.generation ?? 0;
  if (input.generation !== current) return no([problem('STALE_GENERATION', { noun: 'quota', id: before?.id ?? check.shown(input.name), asked: input.generation, current }, { path: ['generation'] })]);
  const parent = seen.quotas.find(q => q.name === input.parent);
  const owner = { ...(seen.tenantId === undefined ? {} : { tenantId: seen.tenantId }), ...(seen.projectId === undefined ? {} : { projectId: seen.projectId }) };
  const wanted: Quota = {
    id: before?.id ?? by.ids.next('quota'), regionId: input.regionId, name: input.name, ...owner, ...(parent === undefined ? {} : { parentId: parent.id }),
    limits: input.limits, budgets: input.budgets, generation: 1,
  };
  const found = [
    ...check.text(at('name'), input.name, 63), ...referenceFaults(input, seen, parent), ...limitFaults(input.limits, seen.shapeCodes), ...budgetFaults(input.budgets),
    ...(before === undefined || ownerOf(before) === ownerOf(wanted) ? [] : [alreadyExists('quota', input.name, at('name'))]),
  ];
  // The tree is only worth judging with a row that makes sense.
  return unless(found.length > 0 ? found : treeFaults([...seen.quotas.filter(q => q.id !== wanted.id), wanted], wanted.name), () => granted(before, wanted, regionCode));
};

const granted = (before: Quota | undefined, wanted: Quota, regionCode: string): Granted => {
  const about = (next: Quota, change: AuditFact['change'] = []): Pick<Decision<Quota>, 'events' | 'audit'> => ({
    events: [{ noun: 'quota', objectId: next.id, verb: before === undefined ? 'created' : 'updated', regionCode, ...ownPart(next) }],
    audit: [{
      type: 'tenancy.quota.grant', phase: 'completed', outcome: 'success', ...(next.tenantId === undefined ? {} : { tenant: next.tenantId }),
      target: { kind: 'quota', id: next.id, region: regionCode, ...(next.projectId === undefined ? {} : { parent: next.projectId }) },
      change: [...change, ...limitChanges(before, next)],
    }],
  });
  if (before === undefined) return { kind: 'create', decision: { next: wanted, ...about(wanted) } };
  const amend = amended(before, { parentId: wanted.parentId ?? null, limits: wanted.limits, budgets: wanted.budgets }, CHANGEABLE);
  return { kind: 'update', decision: { ...amend, ...about(amend.next, changed(before, amend.next, ['parentId'], ['parentId'])) } };
};
const ownPart = (q: Quota) => (q.tenantId === undefined ? {} : { tenantId: q.tenantId });
const ownerOf = (q: Quota): string => `${q.tenantId ?? ''}/${q.projectId ?? ''}`;

/** Each nominal and budget that differs: the numbers are what an auditor asks for. */
const limitChanges = (before: Quota | undefined, next: Quota): NonNullable<AuditFact['change']> => {
  const told = (q: Quota | undefined): ReadonlyMap<string, number> => new Map([
    ...(q?.limits ?? []).flatMap(l => [[l.dimension, l.nominal], [`${l.dimension}.borrowing`, l.borrowingLimit], [`${l.dimension}.lending`, l.lendingLimit]] as const),
    ...(q?.budgets ?? []).map(b => [`${b.dimension}.${b.period}`, b.perPeriod] as const),
  ].flatMap(([path, value]) => (value === undefined ? [] : [[path, value] as const])));
  const [old, now] = [told(before), told(next)];
  return [...new Set([...old.keys(), ...now.keys()])].filter(path => old.get(path) !== now.get(path)).map(path => {
    const [from, to] = [old.get(path), now.get(path)];
    return { path, ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) };
  });
};

const referenceFaults = (input: GrantQuota, seen: GrantSeen, parent: Quota | undefined): readonly Problem[] => [
  ...(input.parent === undefined || parent !== undefined ? [] : [fault('UNKNOWN_VALUE', at('parent'), unknown(input.parent, seen.quotas.map(q => q.name)))]),
  ...(input.organisation === undefined || seen.tenantId !== undefined ? [] : [problem('NOT_FOUND', { noun: 'organisation', id: check.shown(input.organisation) }, at('organisation'))]),
  ...(input.project !== undefined && input.organisation === undefined ? [fault('REQUIRED', at('organisation'))] : []),
  ...(input.project === undefined || seen.tenantId === undefined || seen.projectId !== undefined ? [] : [problem('NOT_FOUND', { noun: 'project', id: check.shown(input.project) }, at('project'))]),
];
const NAMED = 20;
const unknown = (value: string, known: readonly string[]) => ({ value: check.shown(value), near: nearest(value, known), known: known.slice(0, NAMED) });

const limitFaults = (limits: readonly QuotaLimit[], shapeCodes: readonly string[]): check.Found => [
  ...check.integer(at('limits'), limits.length, 0, MAX_LIMITS),
  ...check.distinct(at('limits'), limits.map(l => l.dimension)),
  ...limits.flatMap((l, n) => {
    const place = at('limits', n);
    return [
      ...dimensionFaults(within(place, 'dimension'), l.dimension, shapeCodes), ...check.integer(within(place, 'nominal'), l.nominal, 0, MOST),
      ...optional(within(place, 'borrowingLimit'), l.borrowingLimit), ...optional(within(place, 'lendingLimit'), l.lendingLimit),
    ];
  }),
];
const optional = (place: Place, value: number | undefined): check.Found => (value === undefined ? check.NONE : check.integer(place, value, 0, MOST));
const dimensionFaults = (place: Place, dimension: string, shapeCodes: readonly string[]): check.Found =>
  check.oneOf(place, dimension, [...PLAIN_DIMENSIONS, ...shapeCodes.map(c => `GPU:${c}`)]);

const budgetFaults = (budgets: readonly QuotaBudget[]): check.Found => [
  ...check.distinct(at('budgets'), budgets.map(b => b.dimension)),
  ...budgets.flatMap((b, n) => {
    const place = at('budgets', n);
    return [
      ...check.oneOf(within(place, 'dimension'), b.dimension, BUDGET_DIMENSIONS), ...check.oneOf(within(place, 'period'), b.period, BUDGET_PERIODS),
      ...check.integer(within(place, 'perPeriod'), b.perPeriod, 0, MOST_SPENT), ...check.integer(within(place, 'carryOverPct'), b.carryOverPct, 0, 100),
    ];
  }),
];

/** Faults of the whole tree at the fields of the row that was written; those of other rows only when it has none, which is a tree that was broken before. */
const treeFaults = (quotas: readonly Quota[], name: string): readonly Problem[] => {
  const tree = buildTree(quotas);
  if (tree.ok) return [];
  const own = tree.error.filter(p => p.path?.[1] === name);
  return own.length === 0 ? tree.error : own.map(p => problem(p.code, p.params, { path: (p.path ?? []).slice(2) }));
};
