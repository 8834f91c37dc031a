import type { Instant, Result } from '../core/index.ts';
import { no, ok } from '../core/index.ts';
import { lapsedAt, uncovered } from './coverage.ts';
import type { CertificationNeed, LawRefusal, Requirement, SiteLaw } from './model.ts';

const ADMITTED = ok(undefined);

/**
 * Whether the law lets the site do what is required through all of `[from, to)`: ok, or the first check that fails. A kind that the site never
 * had is LEGAL_SCOPE; one that it has, but not for the whole interval, is CERTIFICATION_EXPIRED.
 */
export const admitsFor = (site: SiteLaw, needs: Requirement, from: Instant, to: Instant): Result<undefined, LawRefusal> => {
  const refusal = jurisdictionRefusal(site, needs) ?? first(needs.certifications, need => missing(site, need))
    ?? first(needs.certifications, need => expired(site, need, from, to)) ?? classRefusal(site, needs);
  return refusal === undefined ? ADMITTED : no(refusal);
};

/** Every check that fails at the instant, in the same order. */
export const breachesAt = (site: SiteLaw, needs: Requirement, at: Instant): readonly LawRefusal[] => {
  const kinds = needs.certifications;
  return [
    jurisdictionRefusal(site, needs), ...kinds.map(need => missing(site, need)), ...kinds.map(need => expired(site, need, at, at)), classRefusal(site, needs),
  ].filter(r => r !== undefined);
};

/** `EU` is met by `EU-FR` and by whatever else stands under it; `EU-FR` by itself alone; the code of a country by a site that stands there. */
export const jurisdictionMet = (entry: string, site: Pick<SiteLaw, 'country' | 'jurisdiction'>): boolean =>
  entry === site.country || entry === site.jurisdiction || site.jurisdiction.startsWith(`${entry}-`);

const first = <T>(list: readonly T[], refusal: (item: T) => LawRefusal | undefined): LawRefusal | undefined => {
  for (const item of list) {
    const found = refusal(item);
    if (found !== undefined) return found;
  }
  return undefined;
};

const jurisdictionRefusal = (site: SiteLaw, { jurisdictions }: Requirement): LawRefusal | undefined =>
  jurisdictions.length === 0 || jurisdictions.some(j => jurisdictionMet(j, site))
    ? undefined
    : { reason: 'LEGAL_SCOPE', params: { what: 'JURISDICTION', required: jurisdictions, has: [site.jurisdiction], country: site.country, rule: 'ASKED' } };

const has = (site: SiteLaw, { kind }: CertificationNeed): boolean => site.certifications.some(c => c.kind === kind);

const missing = (site: SiteLaw, need: CertificationNeed): LawRefusal | undefined =>
  has(site, need)
    ? undefined
    : { reason: 'LEGAL_SCOPE', params: { what: 'CERTIFICATION', required: need.kind, has: kindsOf(site), country: site.country, rule: need.rule } };

const expired = (site: SiteLaw, need: CertificationNeed, from: Instant, to: Instant): LawRefusal | undefined => {
  if (!has(site, need)) return undefined;
  const gap = uncovered(site.certifications, need.kind, from, to);
  if (gap === undefined) return undefined;
  const validUntil = gap > from ? gap : lapsedAt(site.certifications, need.kind, from) ?? 'none';
  return {
    reason: 'CERTIFICATION_EXPIRED',
    params: { what: 'CERTIFICATION', required: need.kind, has: kindsOf(site), rule: need.rule, validUntil, uncoveredFrom: gap, from, to },
  };
};

const classRefusal = (site: SiteLaw, { tenantClass }: Requirement): LawRefusal | undefined =>
  site.tenantClasses.includes(tenantClass)
    ? undefined
    : { reason: 'TENANT_CLASS', params: { what: 'TENANT_CLASS', required: tenantClass, has: site.tenantClasses, rule: 'ASKED' } };

const kindsOf = (site: SiteLaw): readonly string[] => [...new Set(site.certifications.map(c => c.kind))].sort();
