import type { AuditOutcome, AuditPhase, AuditType } from '../audit/model.ts';
import type { AuditId, Directory, Instant, Params } from '../core/index.ts';

/** Who had access to what in [from, to). Answered from the log, not from today's rows: what was granted and taken back is history too. */
export interface AccessQuestion {
  /** A person's subject, or the id of an API key. */
  readonly subject: string;
  /** Which directory's person; absent: whoever bears the name. */
  readonly directory?: Directory;
  /** Id of an instance, a project, an API key, or of the organisation: all that its log is about. */
  readonly object: string;
  readonly from: Instant;
  readonly to: Instant;
}

/** What of an event a trail is made of. */
export interface AccessEvent {
  readonly id: AuditId;
  readonly type: AuditType;
  readonly phase: AuditPhase;
  readonly outcome: AuditOutcome;
  /** When the database recorded it. */
  readonly at: Instant;
  readonly actor: { readonly id: string; readonly directory: Directory | 'none'; readonly roles: readonly string[] };
  readonly target: { readonly kind: string; readonly id: string; readonly parent?: string };
  readonly consent?: { readonly id: string };
  readonly numbers?: Params;
  readonly change?: readonly { readonly path: string; readonly to?: string | number }[];
}

/**
 * MANDATE: the log about the object may be read. APIKEY: whoever holds the key acts with its roles. SSH_KEYS: an order put keys of somebody on the instance.
 * ROLE: no grant is recorded, but it was used: roles are given in the directory.
 */
export const ACCESS_KINDS = ['MANDATE', 'APIKEY', 'SSH_KEYS', 'ROLE'] as const;
export type AccessKind = (typeof ACCESS_KINDS)[number];

export interface AccessUses {
  readonly count: number;
  readonly first?: Instant;
  readonly last?: Instant;
  /** The first events, at most five. */
  readonly sample: readonly AuditId[];
}

/** One grant, or the use without one, and what became of it. */
export interface AccessFinding {
  readonly kind: AccessKind;
  /** The mandate, the key or the instance; absent for ROLE. */
  readonly grant?: string;
  /** What it allows: roles, `read`, or how many SSH keys. */
  readonly allows: readonly string[];
  readonly givenBy?: string;
  readonly givenAt?: Instant;
  /** Absent for what takes one person, and for a mandate that nobody approved. */
  readonly approvedBy?: string;
  readonly approvedAt?: Instant;
  readonly legalAct?: string;
  readonly until?: Instant;
  readonly endedAt?: Instant;
  readonly endedBy?: string;
  readonly endedHow?: 'REVOKED' | 'EXPIRED' | 'RELEASED';
  /** Absent where uses are not recorded: a session on an instance. */
  readonly uses?: AccessUses;
  /** The events that gave, approved and ended it. */
  readonly events: readonly AuditId[];
}

/** What no event of Cadastre can say, and a reader must not take for a no. */
export const NOT_RECORDED = ['DIRECTORY_ROLES', 'INSTANCE_SESSIONS', 'KEY_HOLDERS', 'OUTSIDE_READS'] as const;
export type NotRecorded = (typeof NOT_RECORDED)[number];

export interface AccessTrail {
  /** In the order in which access was given; use without a grant last. */
  readonly findings: readonly AccessFinding[];
  /** False: there were more events than a trail is made of; ask for a shorter period. */
  readonly complete: boolean;
  readonly notRecorded: readonly NotRecorded[];
}

/** What was found in the log: everything that gives or ends access, as far back as there is a log, and what the subject and its keys did in the period. */
export interface AccessSeen {
  readonly grants: readonly AccessEvent[];
  readonly uses: readonly AccessEvent[];
  readonly complete: boolean;
}
