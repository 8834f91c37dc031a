import type { ApiKeyId, Directory, Instant, OrganisationId, Role } from '../core/index.ts';

export interface ApiKey {
  readonly id: ApiKeyId;
  readonly directory: Directory;
  /** Absent in the provider directory. */
  readonly tenantId?: OrganisationId;
  readonly name: string;
  /** First characters of the key, enough to recognise it, never enough to use it. */
  readonly prefix: string;
  /** Lower-case hex SHA-256 of the whole key; the key itself is shown once and not stored. */
  readonly sha256: string;
  readonly roles: readonly Role[];
  readonly expiresAt: Instant;
  readonly lastUsedAt?: Instant;
  /** CIDR blocks; empty: any address. */
  readonly allowedCidrs: readonly string[];
  readonly revokedAt?: Instant;
  readonly generation: number;
}
