import { listAll, mutate, text, type Row } from '../shared/graphql.ts';
import type { Declaring } from './declare.ts';
import type { Programme } from './file.ts';

type Quota = Programme['regions'][number]['quotas'][number];

const SELECTION = 'id name parent organisation { code } project limits { dimension nominal borrowingLimit lendingLimit } budgets { dimension perPeriod period carryOverPct } generation';

/** In the order of the file: a parent stands before its children. What the file does not say of a node it has not. */
export const applyQuotas = async (run: Declaring, regionId: string, quotas: readonly Quota[]): Promise<void> => {
  const found = quotas.length === 0 ? [] : await listAll(run.session, 'quotas', SELECTION, { regionId });
  for (const wanted of quotas) {
    const old = found.find(f => f['name'] === wanted.name);
    const what = old === undefined ? 'created' : sameQuota(wanted, old) ? 'unchanged' : 'updated';
    if (what !== 'unchanged') await mutate(run.session, 'grantQuota', { ...wanted, regionId, generation: old?.['generation'] ?? 0 }, '... on QuotaAccepted { quota { id } }');
    run.report({ noun: 'quota', name: text(wanted.name), what });
  }
};

/** Limits and budgets are sets: their order says nothing. */
export const sameQuota = (wanted: Quota, found: Row): boolean => {
  const listed = (value: unknown, fields: readonly string[]): string =>
    ((value ?? []) as readonly Row[]).map(row => JSON.stringify(fields.map(f => row[f] ?? (f === 'carryOverPct' ? 0 : null)))).sort().join();
  return (wanted.parent ?? null) === (found['parent'] ?? null)
    && listed(wanted.limits, LIMIT) === listed(found['limits'], LIMIT) && listed(wanted.budgets, BUDGET) === listed(found['budgets'], BUDGET);
};
const LIMIT = ['dimension', 'nominal', 'borrowingLimit', 'lendingLimit'];
const BUDGET = ['dimension', 'perPeriod', 'period', 'carryOverPct'];
