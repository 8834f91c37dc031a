import type { CountryCode, Instant, Params } from '../core/index.ts';
import type { TenantClass } from '../organisation/model.ts';

/** Why a certification is needed. Each but ASKED names its source, so that a refusal can cite it; that a site meets a rule is never claimed to be compliance. */
export const LAW_RULES = ['ASKED', 'CSP_L1111_8', 'CLOUD_AU_CENTRE'] as const;
export type LawRule = (typeof LAW_RULES)[number];

export interface CertificationNeed {
  /** Scheme, as in `Certification.kind`. */
  readonly kind: string;
  /** ASKED when the scope names it itself. */
  readonly rule: LawRule;
}

/** What a legal scope comes to at a site. */
export interface Requirement {
  /** The site's must be among them; empty: any. */
  readonly jurisdictions: readonly string[];
  /** All of them, in order of kind, none twice. */
  readonly certifications: readonly CertificationNeed[];
  readonly tenantClass: TenantClass;
}

/** A certification as the law looks at it: half-open, `[from, to)`. */
export interface Held {
  readonly kind: string;
  readonly from: Instant;
  readonly to: Instant;
}

/** What the law knows of a site. The certifications are those of the datacenter and of its region. */
export interface SiteLaw {
  readonly country: CountryCode;
  readonly jurisdiction: string;
  /** Classes of organisation that may run there. */
  readonly tenantClasses: readonly TenantClass[];
  readonly certifications: readonly Held[];
}

/** In the order in which they are checked; also reasons of a placement, and rules of a violation. */
export const LAW_REASONS = ['LEGAL_SCOPE', 'CERTIFICATION_EXPIRED', 'TENANT_CLASS'] as const;
export type LawReason = (typeof LAW_REASONS)[number];

/**
 * One failed check with its numbers. Every reason has `what` is missing (JURISDICTION | CERTIFICATION | TENANT_CLASS), what is `required`, what the
 * site `has`, and the `rule`; CERTIFICATION_EXPIRED also `validUntil`, the first instant of the interval that is not covered, or `none` when it
 * has not begun.
 */
export interface LawRefusal {
  readonly reason: LawReason;
  readonly params: Params;
}
