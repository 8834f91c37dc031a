import type { ActContext } from '@cadastre/domain/audit';
import type { Actor, Clock, Ids, Role } from '@cadastre/domain/core';
import type { Organisation } from '@cadastre/domain/organisation';
import type { Logger } from '@cadastre/platform/log';
import type { Nats } from '@cadastre/platform/nats';
import type { Objects } from '@cadastre/platform/objects';
import type { SubjectKeys } from '@cadastre/platform/keeper';
import type { Scope, Store } from '@cadastre/store/pool';
import type { Lang } from '@cadastre/platform/locale';

export type DoorName = 'tenant' | 'provider';

/** What one door's process holds; made once in main.ts and passed, never looked up. */
export interface Door {
  readonly name: DoorName;
  readonly environment: 'development' | 'production';
  readonly store: Store;
  readonly nats: Nats;
  readonly ids: Ids;
  readonly clock: Clock;
  readonly log: Logger;
  readonly version: string;
  readonly auditOrigin: string;
  /** Seals and shows the personal values of events; absent where no keeper is configured. */
  readonly subjectKeys?: SubjectKeys;
  /** Where finished exports are; absent where no audit storage is configured. */
  readonly objects?: Pick<Objects, 'stream'>;
  /** Provider door: JWK file that cluster credentials are sealed to. */
  readonly sealingPublicKeyFile: string | undefined;
}

/** Who asks, and everything about the request that a command may need. The explicit context of every resolver. */
export interface Viewer {
  readonly door: Door;
  readonly actor: Actor;
  /** At the tenant door always present. */
  readonly organisation?: Organisation;
  readonly lang: Lang;
  readonly requestId: string;
  /** Rows this viewer may touch: the tenant's own, or the provider's. */
  readonly scope: Scope;
  /** Whose idempotency keys these are: the organisation's id, or `provider`. */
  readonly keyScope: string;
  /** The circumstances for the audit event of what `operation` did, under `rule` of the policy. */
  act(operation: string, rule: string, more?: { readonly denied?: true; readonly consent?: ActContext['consent']; readonly argumentDigest?: string; readonly idempotencyKeyDigest?: string }): ActContext;
}

export const hasRole = (viewer: Viewer, roles: readonly Role[]): boolean => viewer.actor.roles.some(r => roles.includes(r));

/** Present at the tenant door by authentication; its absence there is a bug, not a refusal. */
export const tenantOf = (viewer: Viewer): Organisation => {
  if (viewer.organisation === undefined) throw new Error('a tenant operation without an organisation');
  return viewer.organisation;
};
