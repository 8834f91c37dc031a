import type { Instant, OrganisationId } from '../core/index.ts';
import type { TenantClass } from '../organisation/model.ts';
import { TENANT_CLASSES } from '../organisation/model.ts';

/** What one organisation held at a site in a period, by the ledger. */
export interface Tenancy {
  readonly organisationId: OrganisationId;
  readonly code: string;
  readonly class: TenantClass;
  /** Instances whose claim overlaps the period. */
  readonly instances: number;
  /** Earliest claim among them; may be before the period. */
  readonly first: Instant;
  /** Latest release among them; absent when one is still held. */
  readonly last?: Instant;
}

export interface ClassTenancy {
  readonly class: TenantClass;
  readonly instances: number;
  /** In order of code. */
  readonly organisations: readonly Tenancy[];
  readonly first: Instant;
  readonly last?: Instant;
}

/** Who ran at a site, by class, and which of the classes it does not admit: an empty list is the proof that nothing else ever ran there. */
export const tenancyOf = (
  tenancies: readonly Tenancy[], admitted: readonly TenantClass[],
): { readonly classes: readonly ClassTenancy[]; readonly foreignClasses: readonly TenantClass[] } => {
  const classes = TENANT_CLASSES.flatMap(c => classOf(c, tenancies.filter(t => t.class === c)));
  return { classes, foreignClasses: classes.map(c => c.class).filter(c => !admitted.includes(c)) };
};

const classOf = (tenantClass: TenantClass, list: readonly Tenancy[]): readonly ClassTenancy[] => {
  const [first] = list.map(t => t.first).sort();
  if (first === undefined) return [];
  const ends = list.map(t => t.last);
  const last = ends.includes(undefined) ? undefined : ends.filter(e => e !== undefined).sort().at(-1);
  return [{
    class: tenantClass, instances: list.reduce((n, t) => n + t.instances, 0), organisations: [...list].sort((a, b) => (a.code < b.code ? -1 : 1)), first,
    ...(last === undefined ? {} : { last }),
  }];
};
