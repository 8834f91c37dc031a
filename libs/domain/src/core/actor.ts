/** Two directories that never mix: SecNumCloud 3.2 §9.6 asks that provider administration be separate from the tenants' interfaces. */
export type Directory = 'tenant' | 'provider';
export const TENANT_ROLES = ['OWNER', 'ENGINEER', 'VIEWER', 'AUDITOR', 'BILLING'] as const;
export type TenantRole = (typeof TENANT_ROLES)[number];
export const PROVIDER_ROLES = ['OPERATOR', 'SITE_TECHNICIAN', 'COMPLIANCE', 'PROVIDER_AUDITOR'] as const;
export type ProviderRole = (typeof PROVIDER_ROLES)[number];
export type Role = TenantRole | ProviderRole;

/** Who acts. `system` is a process of ours (relay, reconciler, allocator): its id is the process' name. */
export interface Actor {
  readonly kind: 'user' | 'apikey' | 'system' | 'anonymous';
  /** Opaque: the OIDC subject, the API key's id, or the process' name. Never an e-mail address or a person's name. */
  readonly id: string;
  readonly directory: Directory | 'none';
  readonly roles: readonly Role[];
  readonly auth: {
    readonly method: 'oidc' | 'apikey' | 'internal' | 'none';
    /** Whether two different kinds of factor were used (RFC 8176); absent when the token does not say. */
    readonly mfa?: boolean;
    /** Authentication context class, as the issuer names it. */
    readonly acr?: string;
    readonly authTime?: string;
  };
  /** For whom the actor acts, nearest first (RFC 8693 §4.1: the token's earlier actors, then its subject); absent for who acts in their own name. */
  readonly onBehalfOf?: readonly { readonly kind: 'user' | 'system'; readonly id: string; readonly directory: Directory | 'none' }[];
}
