import type { PlacementRequest, Verdict } from '@cadastre/domain/capacity';
import type { DecisionId, OrganisationId, RegionId } from '@cadastre/domain/core';
import type { PlacementDecision as Row } from '../generated/client.ts';
import { readsOf, table } from '../sql/table.ts';

/** Why an order was placed or refused: enough to explain it, and to decide it again. Written by commitAllocations(). */
export interface Decision {
  readonly id: DecisionId;
  readonly regionId: RegionId;
  readonly tenantId: OrganisationId;
  readonly ledgerIndex: number;
  readonly engineVersion: string;
  readonly policyVersion: string;
  readonly request: PlacementRequest;
  readonly verdict: Verdict;
}

export const DECISION = table<Row, Decision>('placement_decision', 'decision', {
  id: 'plain', regionId: 'plain', tenantId: 'plain', ledgerIndex: 'plain', engineVersion: 'plain', policyVersion: 'plain', request: 'plain', verdict: 'plain', createdAt: 'instant',
});
export const { get, byIds, page } = readsOf<Decision, DecisionId>(DECISION);
