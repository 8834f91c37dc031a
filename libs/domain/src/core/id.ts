/** Ids have kinds: `release(lease, pool)` must not compile when the arguments are swapped. */
declare const kind: unique symbol;
export type Id<K extends IdKind> = string & { readonly [kind]: K };

/** Every kind of id, which is also its TypeID prefix on the wire (`instance_01h455vb4pex5vsknk084sn02q`, UUIDv7 inside). */
export const ID_KINDS = [
  'region', 'datacenter', 'hall', 'rack', 'machine', 'shape', 'powernode', 'phase', 'staff', 'carrier', 'link', 'cluster', 'pool', 'organisation', 'member', 'project',
  'instance', 'quota', 'reservation', 'order', 'plan', 'apikey', 'decision', 'event', 'audit', 'request', 'user', 'certification', 'violation', 'loadtarget', 'mandate', 'auditexport', 'alarm', 'sink', 'erasure', 'contractend', 'hold', 'retention',
] as const;
export type IdKind = (typeof ID_KINDS)[number];

export type RegionId = Id<'region'>;
export type DatacenterId = Id<'datacenter'>;
export type HallId = Id<'hall'>;
export type RackId = Id<'rack'>;
export type MachineId = Id<'machine'>;
export type ShapeId = Id<'shape'>;
export type PowerNodeId = Id<'powernode'>;
export type PowerPhaseId = Id<'phase'>;
export type LoadTargetId = Id<'loadtarget'>;
export type StaffId = Id<'staff'>;
export type CarrierId = Id<'carrier'>;
export type LinkId = Id<'link'>;
export type ClusterId = Id<'cluster'>;
export type PoolId = Id<'pool'>;
export type OrganisationId = Id<'organisation'>;
export type ProjectId = Id<'project'>;
export type InstanceId = Id<'instance'>;
/** One `createGpuInstances` call: all its instances share it. */
export type OrderId = Id<'order'>;
/** A node of a region's cohort tree. */
export type QuotaId = Id<'quota'>;
export type ReservationId = Id<'reservation'>;
/** A placement that is shown and held before it is ordered. */
export type PlanId = Id<'plan'>;
export type ApiKeyId = Id<'apikey'>;
export type DecisionId = Id<'decision'>;
export type AuditId = Id<'audit'>;
export type AuditExportId = Id<'auditexport'>;
export type AlarmId = Id<'alarm'>;
export type AuditSinkId = Id<'sink'>;
export type ErasureId = Id<'erasure'>;
export type ContractEndId = Id<'contractend'>;
export type LegalHoldId = Id<'hold'>;
export type RetentionId = Id<'retention'>;
export type CertificationId = Id<'certification'>;
export type ViolationId = Id<'violation'>;
export type MandateId = Id<'mandate'>;

// Base32 of the TypeID specification: 26 characters, the first at most 7 so that 128 bits are not exceeded.
const SUFFIX = /^[0-7][0-9a-hjkmnp-tv-z]{25}$/;

/** True when `text` is a well-formed TypeID of the kind. Says nothing about existence. */
export const isId = <K extends IdKind>(k: K, text: string): text is Id<K> =>
  text.length === k.length + 27 && text.startsWith(k) && text[k.length] === '_' && SUFFIX.test(text.slice(k.length + 1));

/** Ids come in through the door: the only maker is in `libs/platform`, tests pass a counting one. */
export interface Ids {
  next<K extends IdKind>(kind: K): Id<K>;
}
