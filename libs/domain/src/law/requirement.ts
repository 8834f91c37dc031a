import type { CountryCode } from '../core/index.ts';
import type { TenantClass } from '../organisation/model.ts';
import type { DataClass, LegalScope } from '../project/model.ts';
import type { CertificationNeed, Requirement } from './model.ts';

const NONE: readonly CertificationNeed[] = [];
/**
 * Hosting of health data: certificate of the hosting provider, Code de la santé publique, article L.1111-8. Read narrowly: where the site is in
 * France. Who hosts French health data elsewhere asks for HDS in the scope itself.
 */
const HDS: readonly CertificationNeed[] = [{ kind: 'HDS', rule: 'CSP_L1111_8' }];
/** Sensitive data of the State in a commercial cloud: SecNumCloud, doctrine « cloud au centre » (circulars 6282-SG of 5 July 2021 and 6404/SG of 31 May 2023). */
const SECNUMCLOUD: readonly CertificationNeed[] = [{ kind: 'SECNUMCLOUD', rule: 'CLOUD_AU_CENTRE' }];

/** Certifications that a class of data needs at a site of the country, whatever else the scope asks for. */
export const impliedBy = (dataClass: DataClass, country: CountryCode): readonly CertificationNeed[] => {
  switch (dataClass) {
    case 'ORDINARY': return NONE;
    case 'PUBLIC_SENSITIVE': return SECNUMCLOUD;
    case 'HEALTH': return country === 'FR' ? HDS : NONE;
  }
};

/** What the scope needs of a site in `country`. A certification that is asked for and implied stands there once, with the rule that implies it. */
export const requirementsOf = (scope: LegalScope, tenantClass: TenantClass, country: CountryCode): Requirement => {
  const needs = new Map<string, CertificationNeed>(scope.certifications.map(kind => [kind, { kind, rule: 'ASKED' }]));
  for (const need of impliedBy(scope.dataClass, country)) needs.set(need.kind, need);
  return { jurisdictions: scope.jurisdictions, certifications: [...needs.values()].sort((a, b) => (a.kind < b.kind ? -1 : 1)), tenantClass };
};
