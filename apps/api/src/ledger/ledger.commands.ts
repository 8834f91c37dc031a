import type { AuditFact } from '@cadastre/domain/audit';
import type { IdKind, Problem, RegionId, Result } from '@cadastre/domain/core';
import { canonicalJson, faults, no, ok, problem } from '@cadastre/domain/core';
import { recordAudit } from '@cadastre/store/commit';
import * as decisions from '@cadastre/store/decision';
import type { Decision } from '@cadastre/store/decision';
import * as ledger from '@cadastre/store/ledger';
import type { Reader } from '@cadastre/store/pool';
import * as regions from '@cadastre/store/region';
import type { Stored } from '@cadastre/store/sql';
import type { QueryCapacityLedgerArgs, QueryPlacementDecisionsArgs } from '../generated/provider.ts';
import { idOrNone } from '../shared/input.ts';
import { allow, type Policy } from '../shared/mutate.ts';
import { checkFirst, ledgerCursor, readLedgerCursor } from '../shared/paging.ts';
import { faultsData } from '../shared/problems.ts';
import type { Viewer } from '../shared/viewer.ts';

const ROLES = ['OPERATOR', 'PROVIDER_AUDITOR'] as const;
const LEDGER: Policy = { operation: 'capacityLedger', roles: ROLES };
const DECISIONS: Policy = { operation: 'placementDecisions', roles: ROLES };
const DECISION: Policy = { operation: 'storedDecision', roles: ROLES };
/** Entries, or decisions, of one answer: a few hundred bytes each, some KiB for a refusal. */
const MOST = 1_000;

/** CapacityLedger, ValidationFailed, NotFound or Forbidden. */
export const capacityLedger = async (viewer: Viewer, { regionId, after, first }: QueryCapacityLedgerArgs): Promise<object> => {
  const refused = await allow(viewer, LEDGER, { kind: 'region', id: regionId });
  if (refused !== undefined) return refused;
  const [from, count] = [after ?? 0, first ?? MOST];
  const found = faults([checkFirst(count, MOST), from < 0 ? problem('BELOW_MINIMUM', { field: 'after', value: from, limit: 0 }, { path: ['after'] }) : undefined].filter(p => p !== undefined));
  if (found !== undefined) return faultsData(viewer.lang, found);
  const region = await known(viewer, regionId);
  if (!region.ok) return faultsData(viewer.lang, [region.error]);
  await told(viewer, LEDGER, { target: { kind: 'region', id: region.value }, numbers: { after: from, first: count } });
  const entries = await read(viewer, q => ledger.after(q, region.value, from, count + 1));
  const shown = entries.slice(0, count);
  return {
    __typename: 'CapacityLedger', regionId: region.value, jsonLines: linesOf(shown.map(({ index, epoch, at, fact }) => canonicalJson({ index, epoch, at, fact }))),
    count: shown.length, lastIndex: shown.at(-1)?.index ?? from, hasMore: entries.length > count,
  };
};

/** StoredDecisions, ValidationFailed, NotFound or Forbidden. */
export const placementDecisions = async (viewer: Viewer, { regionId, after, first }: QueryPlacementDecisionsArgs): Promise<object> => {
  const refused = await allow(viewer, DECISIONS, { kind: 'region', id: regionId });
  if (refused !== undefined) return refused;
  const count = first ?? MOST;
  const place = readLedgerCursor(after);
  const found = faults([checkFirst(count, MOST), place.ok ? undefined : place.error].filter(p => p !== undefined));
  if (found !== undefined) return faultsData(viewer.lang, found);
  const region = await known(viewer, regionId);
  if (!region.ok) return faultsData(viewer.lang, [region.error]);
  await told(viewer, DECISIONS, { target: { kind: 'region', id: region.value }, numbers: { first: count } });
  const rows = await read(viewer, q => decisions.ofRegion(q, region.value, place.ok ? place.value : undefined, count + 1));
  const shown = rows.slice(0, count);
  const last = shown.at(-1);
  return {
    __typename: 'StoredDecisions', regionId: region.value, jsonLines: linesOf(shown.map(jsonOf)), count: shown.length, endCursor: last === undefined ? null : ledgerCursor(last), hasMore: rows.length > count,
  };
};

/** StoredDecision, NotFound or Forbidden. */
export const storedDecision = async (viewer: Viewer, text: string): Promise<object> => {
  const refused = await allow(viewer, DECISION, { kind: 'decision', id: text });
  if (refused !== undefined) return refused;
  const id = idOrNone('decision', text);
  const found = id === undefined ? undefined : await read(viewer, q => decisions.get(q, id));
  if (found === undefined) return faultsData(viewer.lang, [missing('decision', text, 'id')]);
  await told(viewer, DECISION, { target: { kind: 'decision', id: found.id }, tenant: found.tenantId });
  return { __typename: 'StoredDecision', id: found.id, regionId: found.regionId, json: jsonOf(found) };
};

const read = <T>(viewer: Viewer, look: (q: Reader) => Promise<T>): Promise<T> => viewer.door.store.read(viewer.scope, look);
const missing = (noun: IdKind, text: string, field: string): Problem => problem('NOT_FOUND', { noun, id: text.slice(0, 80) }, { path: [field] });
const known = async (viewer: Viewer, text: string): Promise<Result<RegionId, Problem>> => {
  const id = idOrNone('region', text);
  const region = id === undefined ? undefined : await read(viewer, q => regions.get(q, id));
  return region === undefined ? no(missing('region', text, 'regionId')) : ok(region.id);
};

/** Committed before anything is shown: who cannot be recorded reads nothing. */
const told = async (viewer: Viewer, policy: Policy, of: Pick<AuditFact, 'target' | 'numbers' | 'tenant'>): Promise<void> => {
  const act = viewer.act(policy.operation, `${policy.operation}: ${policy.roles.join('|')}`);
  await recordAudit(viewer.door.store, act, [{ type: 'compute.decision.read', phase: 'read', outcome: 'success', ...of }], viewer.scope);
};

const linesOf = (list: readonly string[]): string => list.map(line => `${line}\n`).join('');
const jsonOf = ({ id, regionId, tenantId, ledgerIndex, engineVersion, policyVersion, createdAt, request, verdict }: Stored<Decision>): string =>
  canonicalJson({ id, regionId, organisationId: tenantId, ledgerIndex, engineVersion, policyVersion, createdAt, request, verdict });
