import type { Directory, Instant, OrganisationId, Problem, Result } from '../core/index.ts';
import { no, ok, problem } from '../core/index.ts';

/** What a mandate gives its holder here: a tenant's log, over a period, until it ends. */
export interface ReadingMandate {
  readonly id: string;
  readonly tenantId: OrganisationId;
  /** The instants that may be read, [from, to). */
  readonly from: Instant;
  readonly to: Instant;
  /** In force in [validFrom, validUntil). */
  readonly validFrom: Instant;
  readonly validUntil: Instant;
}

/** The log, and by what right it is read. */
export interface Allowed {
  readonly tenantId?: OrganisationId;
  readonly mandateId?: string;
}

/**
 * Whose log may be exported. A tenant's auditor: the own organisation's, and no other exists for them. The provider's auditor: the provider's, and a tenant's only under a
 * mandate in force that covers the whole period (SecNumCloud 3.2 §9.7). That the viewer is an auditor was checked before.
 */
export const mayExport = (
  who: { readonly directory: Directory; readonly organisationId?: OrganisationId },
  asked: { readonly organisationId?: OrganisationId; readonly from: Instant; readonly to: Instant },
  mandates: readonly ReadingMandate[], now: Instant,
): Result<Allowed, Problem> => {
  if (who.directory === 'tenant') return who.organisationId === undefined ? no(problem('FORBIDDEN', { operation: 'createAuditExport', have: [], need: ['AUDITOR'] })) : ok({ tenantId: who.organisationId });
  const tenantId = asked.organisationId;
  if (tenantId === undefined) return ok({});
  const mandate = mandates.find(m => m.tenantId === tenantId && m.validFrom <= now && now < m.validUntil && m.from <= asked.from && asked.to <= m.to);
  return mandate === undefined
    ? no(problem('MANDATE_MISSING', { organisation: tenantId, from: asked.from, to: asked.to }, { path: ['organisationId'], retryable: true }))
    : ok({ tenantId, mandateId: mandate.id });
};
