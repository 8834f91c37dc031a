import type { DecidedRequest, Verdict } from '@cadastre/domain/capacity';
import type { DecisionId, OrganisationId, RegionId } from '@cadastre/domain/core';
import type { PlacementDecision as Row } from '../generated/client.ts';
import type { Reader } from '../pool/index.ts';
import { readsOf, table } from '../sql/table.ts';
import type { Page, PageRequest, Stored } from '../sql/table.ts';

/** Why an order was placed or refused: enough to explain it, and to decide it again. Written by commitAllocations(). */
export interface Decision {
  readonly id: DecisionId;
  readonly regionId: RegionId;
  readonly tenantId: OrganisationId;
  readonly ledgerIndex: number;
  readonly engineVersion: string;
  readonly policyVersion: string;
  readonly request: DecidedRequest;
  readonly verdict: Verdict;
}

export const DECISION = table<Row, Decision>('placement_decision', 'decision', {
  id: 'plain', regionId: 'plain', tenantId: 'plain', ledgerIndex: 'plain', engineVersion: 'plain', policyVersion: 'plain', request: 'plain', verdict: 'plain', createdAt: 'instant',
});
export const { get, byIds, page } = readsOf<Decision, DecisionId>(DECISION);

/** Newest first: ids are UUIDv7, and the cursor is the last id of the page before. Two statements, whatever the size. */
export const newest = async (q: Reader, { first, after, outcome }: PageRequest & { readonly outcome?: Verdict['outcome'] }): Promise<Page<Stored<Decision>>> => {
  const filter = "($1::text IS NULL OR t.verdict ->> 'outcome' = $1)";
  const [rows, counted] = await Promise.all([
    q.rows({
      name: 'cad_decision_newest', text: `SELECT ${DECISION.select('t')} FROM placement_decision t WHERE ${filter} AND ($2::text IS NULL OR t.id < $2) ORDER BY t.id DESC LIMIT $3`,
      values: [outcome ?? null, after ?? null, first + 1],
    }),
    q.rows<{ n: number }>({ name: 'cad_decision_count', text: `SELECT count(*) AS n FROM placement_decision t WHERE ${filter}`, values: [outcome ?? null] }),
  ]);
  return { items: rows.slice(0, first).map(DECISION.read), totalCount: counted[0]?.n ?? 0, hasNextPage: rows.length > first };
};

/** Of a region, in the order of the ledger that they were made on: after one of them, or from the first. */
export const ofRegion = async (q: Reader, regionId: RegionId, after: { readonly ledgerIndex: number; readonly id: string } | undefined, limit: number): Promise<readonly Stored<Decision>[]> =>
  (await q.rows({
    name: 'cad_decision_of_region', text: `SELECT ${DECISION.select('t')} FROM placement_decision t WHERE t.region_id = $1 AND (t.ledger_index, t.id) > ($2, $3) ORDER BY t.ledger_index, t.id LIMIT $4`,
    values: [regionId, after?.ledgerIndex ?? -1, after?.id ?? '', limit],
  })).map(DECISION.read);
