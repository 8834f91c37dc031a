import type { AlarmId, AuditId, Instant, OrganisationId, Params } from '../core/index.ts';

/** What can be wrong with an audit log or with what guards it. The order is that of docs/operations.md. */
export const ALARM_KINDS = [
  // Evidence: what was sealed is no longer what it was.
  'ROW_ALTERED', 'ROW_MISSING', 'LEAF_ALTERED', 'TILE_ALTERED', 'CHECKPOINT_INVALID', 'ROLLED_BACK', 'SPLIT_VIEW', 'DIGEST_MISMATCH', 'KUBE_FOREIGN',
  // Conditions: what guards the log does not do its work now.
  'HEARTBEAT_SILENT', 'SEAL_LAG', 'WITNESS_MISSING', 'WITNESS_QUORUM_MISSING', 'TIMESTAMP_STALE', 'LOG_FROZEN', 'LOG_STOPPED', 'CLOCK_SKEW', 'SINK_BEHIND', 'UNVERIFIED',
] as const;
export type AlarmKind = (typeof ALARM_KINDS)[number];

/** `CRITICAL`: evidence is damaged, or nothing is taken any more. `MAJOR`: a guarantee is missing now. `WARNING`: it will be, if nobody does anything. */
export type AlarmSeverity = 'CRITICAL' | 'MAJOR' | 'WARNING';

export interface AlarmTraits {
  readonly severity: AlarmSeverity;
  /** `BY_ITSELF` when the cause is gone. `BY_A_PERSON`: what was altered stays altered, also when somebody puts the bytes back. */
  readonly ends: 'BY_ITSELF' | 'BY_A_PERSON';
  /** Hours until a person must have acknowledged it. */
  readonly acknowledgeHours: number;
}

// SecNumCloud 3.2 §12.9 asks that alarms be acknowledged daily; where evidence is damaged every hour lets whoever did it go on.
const DAILY = 24;
const SOON = 4;
const AT_ONCE = 1;
const evidence: AlarmTraits = { severity: 'CRITICAL', ends: 'BY_A_PERSON', acknowledgeHours: AT_ONCE };
const condition = (severity: AlarmSeverity, acknowledgeHours = DAILY): AlarmTraits => ({ severity, ends: 'BY_ITSELF', acknowledgeHours });

export const ALARM_TRAITS: Readonly<Record<AlarmKind, AlarmTraits>> = {
  ROW_ALTERED: evidence, ROW_MISSING: evidence, LEAF_ALTERED: evidence, TILE_ALTERED: evidence, CHECKPOINT_INVALID: evidence, ROLLED_BACK: evidence, SPLIT_VIEW: evidence, DIGEST_MISMATCH: evidence,
  KUBE_FOREIGN: { severity: 'CRITICAL', ends: 'BY_A_PERSON', acknowledgeHours: SOON },
  HEARTBEAT_SILENT: condition('MAJOR'), SEAL_LAG: condition('MAJOR'), WITNESS_MISSING: condition('WARNING'), WITNESS_QUORUM_MISSING: condition('MAJOR', SOON), TIMESTAMP_STALE: condition('WARNING'),
  LOG_FROZEN: condition('CRITICAL', AT_ONCE), LOG_STOPPED: condition('CRITICAL', AT_ONCE), CLOCK_SKEW: condition('WARNING'), SINK_BEHIND: condition('WARNING'), UNVERIFIED: condition('MAJOR'),
};

/** Where in a log it is wrong. Opaque words: never a name or a free text of a person. */
export interface AlarmPlace {
  /** Origin of the log concerned. */
  readonly origin: string;
  /** Whose log; absent for the provider's and the global one. */
  readonly tenantId?: OrganisationId;
  /** Within the log, one word or path: `leaf/17`, `tile/0/000`, `witness/w1`; empty for the whole log. With kind and origin it says which alarm this is. */
  readonly place: string;
  /** Index of the leaf, where there is one. */
  readonly leafIndex?: number;
  readonly eventId?: AuditId | string;
}

/** Something wrong that was seen now. */
export interface Finding extends AlarmPlace {
  readonly kind: AlarmKind;
  /** Numbers and closed words that the message shows; seconds, bytes, counts. */
  readonly detail: Params;
}

export interface Alarm extends Finding {
  readonly id: AlarmId;
  readonly severity: AlarmSeverity;
  /** Times that it was seen since it was raised, this one included. */
  readonly seen: number;
  readonly raisedAt: Instant;
  readonly lastSeenAt: Instant;
  readonly acknowledgeBy: Instant;
  readonly acknowledgedAt?: Instant;
  /** Opaque subject of the provider's directory. */
  readonly acknowledgedBy?: string;
  readonly note?: string;
  readonly resolvedAt?: Instant;
  /** Opaque subject; absent when it ended by itself. */
  readonly resolvedBy?: string;
  readonly resolution?: string;
  /** When the log got the event of the raise. Absent while no event can be written: the trail is frozen, or the database refuses. */
  readonly toldAt?: Instant;
  readonly generation: number;
}

export type AlarmState = 'OPEN' | 'ACKNOWLEDGED' | 'RESOLVED';
export interface AlarmStatus {
  readonly state: AlarmState;
  /** Nobody acknowledged it in time, whatever became of it afterwards. */
  readonly overdue: boolean;
}

/** From the facts and the clock alone; nothing of it is stored. */
export const alarmStatusOf = (alarm: Pick<Alarm, 'acknowledgeBy' | 'acknowledgedAt' | 'resolvedAt'>, now: Instant): AlarmStatus => ({
  state: alarm.resolvedAt !== undefined ? 'RESOLVED' : alarm.acknowledgedAt !== undefined ? 'ACKNOWLEDGED' : 'OPEN',
  overdue: (alarm.acknowledgedAt ?? alarm.resolvedAt ?? now) > alarm.acknowledgeBy,
});

/** Which alarm a finding belongs to: one is open for each. */
export const alarmKey = ({ kind, origin, place }: Pick<Finding, 'kind' | 'origin' | 'place'>): string => `${kind} ${origin} ${place}`;
