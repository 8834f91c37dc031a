import type { AuditId } from '../core/index.ts';

/**
 * The personal values that an event may carry, and why each is worth having. The list is closed: whatever is not on it has no place in an event, sealed or not.
 * Rejected: comments of SSH keys and arguments as a whole (an event has their digest), names of objects (the tenant's, shown by the object and not by the log),
 * and `sub`, which stays in the clear as an opaque id: without it an erased person's acts could not be told from another's, and the log would prove nothing.
 */
export const PERSONAL_PATHS = {
  'actor.name': 'Who the token said that it was: an investigation asks for a person, not for an opaque id (SecNumCloud 3.2 §12.6, HDS EXI 13).',
  'actor.email': 'How to reach that person about the act.',
  'source.address': 'Where the request came from: personal data (CJEU C-582/14), and the first question after a stolen token.',
  'act.reason': 'Free text in which a person said why: it may name people, and nobody can know beforehand.',
} as const;
export type PersonalPath = keyof typeof PERSONAL_PATHS;
export const isPersonalPath = (text: string): text is PersonalPath => Object.hasOwn(PERSONAL_PATHS, text);

/** A value of at most 380 bytes of UTF-8; longer ones are cut. */
export type PersonalValues = Readonly<Partial<Record<PersonalPath, string>>>;

/**
 * AES-256-GCM under the key of the person concerned; the additional data is `id|log|path`, so that a value cannot be moved to another event. All in base64.
 * GCM binds a ciphertext to no key: whoever chooses two keys can make one that opens to two texts. `kc` commits to the key, and the leaf that holds it is sealed.
 */
export interface SealedValue {
  readonly ct: string;
  /** 12 bytes, drawn for each value. */
  readonly iv: string;
  readonly tag: string;
  /** Id of the key, 16 bytes in base64url; says nothing about the person. */
  readonly kid: string;
  /** Key commitment, 32 bytes. */
  readonly kc: string;
}
/** There was a value and the keeper did not answer: the event is written, and says that something is missing. */
export interface UnavailableValue {
  readonly unavailable: true;
}
export type Pii = Readonly<Partial<Record<PersonalPath, SealedValue | UnavailableValue>>>;

/** Of a process that holds the person's key: seals as the event gets its id. Never crosses the network. */
export interface Sealer {
  /** The actor's own values and what the act says besides. */
  seal(id: AuditId, log: string, more?: PersonalValues): Pii;
  /** What a later event of the same act says, without the actor's own values. */
  sealOnly(id: AuditId, log: string, values: PersonalValues): Pii;
}
/** Sealed already for the one event that will carry this id, in this log: what a door sends to the allocator, which has no keys and asks nobody. */
export interface BoundPii {
  readonly id: AuditId;
  readonly log: string;
  readonly pii: Pii;
}
