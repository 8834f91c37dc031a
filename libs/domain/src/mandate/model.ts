import type { Directory, Instant, MandateId, OrganisationId, Role } from '../core/index.ts';

/** Somebody of one of the two directories: the same subject in both is two people. */
export interface Person {
  readonly directory: Directory;
  /** Opaque subject of the directory. */
  readonly id: string;
}

export const MANDATE_STATES = ['PROPOSED', 'ACTIVE', 'REVOKED', 'EXPIRED'] as const;
export type MandateState = (typeof MANDATE_STATES)[number];

/**
 * The right of one person to read a part of one tenant's audit log, for a while, on the strength of a legal act, granted by two other people.
 * It lets read events and nothing else: what was granted is never changed, only approved, used and ended.
 */
export interface Mandate {
  readonly id: MandateId;
  /** Whose log. */
  readonly tenantId: OrganisationId;
  readonly subjectDirectory: Directory;
  readonly subjectId: string;
  /** With `targetId`: only events about this one object; both absent: all of the log. */
  readonly targetKind?: string;
  readonly targetId?: string;
  /** Reference of the act that it rests on, at most 200 characters; it stands in every tenant's log, so it names no patient and no suspect. */
  readonly legalAct: string;
  /** Events recorded at or after. */
  readonly from: Instant;
  /** Events recorded before. */
  readonly to: Instant;
  /** The last instant of reading, excluded; at most 366 days after the proposal. */
  readonly expiresAt: Instant;
  readonly state: MandateState;
  readonly proposedDirectory: Directory;
  readonly proposedBy: string;
  readonly approvedDirectory?: Directory;
  readonly approvedBy?: string;
  readonly approvedAt?: Instant;
  readonly revokedDirectory?: Directory;
  readonly revokedBy?: string;
  readonly revokedAt?: Instant;
  /** Readings under it: counted in the transaction that writes the reading's event. */
  readonly useCount: number;
  readonly lastUsedAt?: Instant;
  readonly generation: number;
}

export const MAX_MANDATE_DAYS = 366;

/** Roles that change something: who holds one audits nobody, or they would read about their own acts. */
export const ACTING_ROLES: readonly Role[] = ['OWNER', 'ENGINEER', 'OPERATOR', 'SITE_TECHNICIAN'];

/** Acts of a subject that far back make the rights incompatible, and further when the period goes further back. */
export const ACTED_WITHIN_DAYS = 365;

/** The state at an instant: a mandate is over at its instant, not when somebody has written so. */
export const stateAt = (m: Pick<Mandate, 'state' | 'expiresAt'>, now: Instant): MandateState =>
  (m.state === 'PROPOSED' || m.state === 'ACTIVE') && m.expiresAt <= now ? 'EXPIRED' : m.state;

export const isSubject = (m: Pick<Mandate, 'subjectDirectory' | 'subjectId'>, { directory, id }: Person): boolean => m.subjectDirectory === directory && m.subjectId === id;
