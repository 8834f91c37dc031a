import type { OrganisationId } from '../core/index.ts';

export const TENANT_CLASSES = ['PUBLIC_BODY', 'RESEARCH', 'PRIVATE', 'CONSORTIUM'] as const;
export type TenantClass = (typeof TENANT_CLASSES)[number];

/** A tenant. Its id is the `tenant_id` of every row that belongs to it. */
export interface Organisation {
  readonly id: OrganisationId;
  /** Matches the `organisation` claim of the tenant directory's tokens; `[a-z][a-z0-9-]{1,30}`, unique. */
  readonly code: string;
  readonly name: string;
  readonly class: TenantClass;
  /** Members of a consortium, by organisation id. */
  readonly memberIds: readonly OrganisationId[];
  readonly generation: number;
}
