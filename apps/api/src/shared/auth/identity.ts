import type { Actor, Directory, Role } from '@cadastre/domain/core';
import { PROVIDER_ROLES, TENANT_ROLES } from '@cadastre/domain/core';
import type { Organisation } from '@cadastre/domain/organisation';

/** Who holds a bearer token, once it has been believed. */
export interface Identity {
  readonly actor: Actor;
  /** At the tenant door always, at the provider door never. */
  readonly organisation?: Organisation;
  /** What the token claims of the person, for the sealed part of audit events and for nothing else. */
  readonly claimed?: { readonly name?: string; readonly email?: string };
  /** Seconds since 1970 after which the token is no longer believed. */
  readonly expiresAt: number;
}

/** Closed list: why a token is not believed. Shown to the caller and written into the audit event. */
export const LOGIN_FAILURES = [
  'NO_TOKEN', 'MALFORMED_TOKEN', 'EXPIRED_TOKEN', 'WRONG_ISSUER', 'WRONG_AUDIENCE', 'BAD_SIGNATURE', 'NO_ROLE', 'UNKNOWN_ORGANISATION', 'UNKNOWN_KEY', 'EXPIRED_KEY', 'REVOKED_KEY',
  'ADDRESS_NOT_ALLOWED', 'OTHER_DIRECTORY',
] as const;
export type LoginFailure = (typeof LOGIN_FAILURES)[number];

/** Thrown inside the strategy and turned into 401 at the hook; anything else thrown there is an outage (503). */
export class NotBelieved extends Error {
  readonly failure: LoginFailure;
  constructor(failure: LoginFailure) {
    super(failure);
    this.failure = failure;
  }
}

/** Roles of the directory among those that a token or key names; names we do not know give nothing. */
export const rolesOf = (directory: Directory, claimed: unknown): readonly Role[] => {
  const known: readonly string[] = directory === 'tenant' ? TENANT_ROLES : PROVIDER_ROLES;
  return Array.isArray(claimed) ? claimed.filter((r): r is Role => typeof r === 'string' && known.includes(r)) : [];
};
