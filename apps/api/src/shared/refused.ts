import type { Refusal, RoomToCome, Verdict } from '@cadastre/domain/capacity';
import type { DecisionId, Instant } from '@cadastre/domain/core';
import { problem } from '@cadastre/domain/core';
import { problemData } from './problems.ts';
import { named, namedIn, remedyData, suggestionOf } from './remedy.ts';
import { reasonData } from './verdict.ts';
import type { Viewer } from './viewer.ts';

type Refused = Extract<Verdict, { outcome: 'REFUSED' }>;
/** What was asked for, as far as the words show it. */
export interface Asked {
  readonly shape: string;
  readonly count: number;
  readonly at: Instant;
}

/** A verdict as the member of the union that its headline belongs to: every reason in words and numbers, who gives way, what else would do, and whether waiting helps. */
export const refusedData = async (viewer: Viewer, asked: Asked, decisionId: DecisionId, { reasons: found, wouldFit, counterfactuals: list, forEver }: Refused, yields?: RoomToCome): Promise<object> => {
  const reasons = found.map(r => reasonData(viewer, r));
  const [__typename, code] = memberOf(found[0]);
  const data = problemData(viewer.lang, problem(code, { shape: asked.shape, asked: asked.count, wouldFit, tenantClass: viewer.organisation?.class ?? '', why: reasons[0]?.message ?? '' }));
  const ids = namedIn(list);
  const names = ids.shapes.length + ids.datacenters.length === 0 ? { shapes: new Map<never, never>(), datacenters: new Map<never, never>() } : await viewer.door.store.read(viewer.scope, q => named(q, ids));
  const counterfactuals = list.map(c => remedyData(viewer, c, names, asked.at));
  return { ...data, suggestion: suggestionOf(viewer.lang, counterfactuals, { forEver, yields }) ?? data.suggestion, __typename, reasons, wouldFit, counterfactuals, forEver, yields: yields ?? null, decisionId };
};

const memberOf = (headline: Refusal | undefined) => {
  switch (headline?.reason) {
    case 'RACK_POWER': case 'POWER_PHASE': case 'POWER_NODE': case 'POWER_FEED_N_MINUS_1': case 'COOLING':
      return ['PowerRefused', 'POWER_REFUSED'] as const;
    case 'TENANT_CLASS':
      return ['LegalScopeRefused', 'TENANT_CLASS_REFUSED'] as const;
    case 'LEGAL_SCOPE': case 'CERTIFICATION_EXPIRED':
      return ['LegalScopeRefused', 'LEGAL_SCOPE_REFUSED'] as const;
    case 'EXCEEDS_MAX_QUOTA': case 'WAITING_FOR_QUOTA':
      return ['QuotaExceeded', 'QUOTA_EXCEEDED'] as const;
    default:
      return ['NotEnoughCapacity', 'NOT_ENOUGH_CAPACITY'] as const;
  }
};
