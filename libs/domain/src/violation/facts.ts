import type { EventFact } from '../audit/decision.ts';
import type { AuditFact } from '../audit/model.ts';
import type { ViolationStep } from './plan.ts';

/** What a step tells: the tenant's subscribers, and the audit log. */
export const factsOfStep = (step: ViolationStep, regionCode: string): { readonly events: readonly EventFact[]; readonly audit: readonly AuditFact[] } => ({
  events: step.violations.map(v => ({ noun: 'violation', objectId: v.id, verb: step.do === 'open' ? 'opened' : 'ended', regionCode, tenantId: v.tenantId })),
  audit: step.violations.map(v => ({
    type: step.do === 'open' ? 'law.violation.open' : 'law.violation.end', phase: 'completed', outcome: 'success', reason: v.rule, tenant: v.tenantId,
    target: { kind: 'violation', id: v.id, parent: v.instanceId, region: regionCode, datacenter: v.datacenterId },
    numbers: { since: v.since, ...(v.certification === undefined ? {} : { certification: v.certification }), ...(v.endedAt === undefined ? {} : { endedAt: v.endedAt }) },
  })),
});
