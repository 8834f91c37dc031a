import type { Actor, Instant, OrganisationId, Params } from '../core/index.ts';
import type { BoundPii, PersonalValues, Sealer } from './personal.ts';

/**
 * The closed catalogue: `<area>.<noun>.<act>`. A refusal is the same type with outcome `denied` or `failure`, so that a
 * search for an act also finds its refusals.
 */
export const AUDIT_TYPES = [
  'dcim.region.create', 'dcim.region.update', 'dcim.datacenter.create', 'dcim.datacenter.update', 'dcim.hall.create', 'dcim.hall.update',
  'dcim.rack.create', 'dcim.rack.update', 'dcim.rack.import', 'dcim.machine.create', 'dcim.machine.update', 'dcim.machine.state',
  'dcim.staff.create', 'dcim.staff.update', 'dcim.carrier.create', 'dcim.carrier.update', 'dcim.link.create', 'dcim.link.update',
  'dcim.shape.create', 'dcim.shape.update',
  'dcim.powernode.create', 'dcim.powernode.update', 'dcim.powernode.import', 'dcim.powerphase.set', 'dcim.powerphase.calendar', 'dcim.loadtarget.plan', 'dcim.loadtarget.approve', 'dcim.loadtarget.cancel', 'dcim.loadtarget.state',
  'platform.cluster.register', 'platform.cluster.state', 'platform.pool.create', 'platform.pool.scale', 'platform.pool.pause', 'platform.pool.state',
  'platform.process.start', 'platform.config.change', 'platform.kube.apply', 'platform.kube.foreign',
  'iam.organisation.create', 'iam.apikey.create', 'iam.apikey.revoke', 'iam.login.accepted', 'iam.login.failed', 'iam.access.denied',
  'tenancy.project.create', 'tenancy.project.update', 'tenancy.project.state', 'tenancy.quota.grant', 'tenancy.report.read',
  'compute.instance.create', 'compute.instance.release', 'compute.instance.state', 'compute.instance.warn', 'compute.instance.shed', 'compute.instance.spare', 'compute.reservation.create', 'compute.reservation.cancel', 'compute.reservation.end',
  'compute.plan.create', 'compute.plan.expire', 'compute.decision.read',
  'dcim.certification.create', 'dcim.certification.update', 'law.violation.open', 'law.violation.end',
  'audit.events.read', 'audit.events.export',
  'audit.log.opened', 'audit.log.heartbeat', 'audit.log.degraded', 'audit.log.resumed', 'audit.log.frozen', 'audit.log.elected', 'audit.log.pruned', 'audit.log.discontinuity', 'audit.log.policy',
  'audit.export.create', 'audit.export.complete', 'audit.export.fail', 'audit.export.cancel', 'audit.export.download',
  'audit.mandate.propose', 'audit.mandate.approve', 'audit.mandate.revoke', 'audit.mandate.expire',
  'audit.subject.erase', 'audit.retention.set', 'audit.hold.place', 'audit.hold.lift', 'audit.contract.end',
  'audit.sink.create', 'audit.sink.update', 'audit.sink.delete', 'audit.sink.state', 'audit.alarm.raise', 'audit.alarm.acknowledge', 'audit.alarm.resolve',
  'request.invalid',
] as const;
export type AuditType = (typeof AUDIT_TYPES)[number];

export const AUDIT_PHASES = ['requested', 'started', 'completed', 'denied', 'read'] as const;
export type AuditPhase = (typeof AUDIT_PHASES)[number];
export const AUDIT_OUTCOMES = ['success', 'failure', 'denied', 'unknown'] as const;
export type AuditOutcome = (typeof AUDIT_OUTCOMES)[number];
/** Where an act came in: a door, or a process of ours that acts by itself. */
export const AUDIT_INTERFACES = ['tenant-door', 'provider-door', 'allocator', 'controller', 'cli', 'notary', 'monitor', 'keeper'] as const;

export interface AuditTarget {
  readonly kind: string;
  readonly id: string;
  readonly parent?: string;
  readonly region?: string;
  readonly datacenter?: string;
}

/** What a decision says happened; `commit()` adds who, from where, when and the database's clock, and stores the bytes. */
export interface AuditFact {
  readonly type: AuditType;
  readonly phase: AuditPhase;
  readonly outcome: AuditOutcome;
  /** Problem code, placement reason or condition reason. */
  readonly reason?: string;
  /** Absent for acts of the provider that concern no tenant. */
  readonly tenant?: OrganisationId;
  readonly target: AuditTarget;
  /** Allow-listed, non-personal values only: states, counts, watts. Never a secret, a token or free text of a person. */
  readonly change?: readonly { readonly path: string; readonly from?: string | number; readonly to?: string | number }[];
  readonly numbers?: Params;
  readonly op?: { readonly id?: string; readonly attempt?: number; readonly epoch?: number; readonly from?: string; readonly to?: string };
  readonly k8s?: {
    readonly cluster: string;
    readonly uid?: string;
    readonly resourceVersion?: string;
    /** Audit-IDs that the requests to the API server carry, so that its own audit log can be laid beside ours. */
    readonly auditIds?: readonly string[];
  };
  /** What a person said in free text; sealed under the actor's key with the actor's own values. Only in facts that a door writes itself. */
  readonly personal?: PersonalValues;
}

/** The circumstances of an act, the same for every fact of one commit. */
export interface ActContext {
  readonly actor: Actor;
  /** `policy` is `<id>` or `<id>/<version>`: the table of rules that was in force; `rule` the one that decided. */
  readonly authz: { readonly decision: 'allow' | 'deny'; readonly policy: string; readonly rule: string };
  /** The agreement that opened a tenant's data to somebody else: an auditor's mandate, a support grant. Absent where none was needed. */
  readonly consent?: { readonly kind: 'mandate' | 'support'; readonly id: string };
  readonly source: { readonly interface: (typeof AUDIT_INTERFACES)[number]; readonly host: string; readonly version: string };
  readonly request: {
    readonly id: string;
    /** W3C traceparent of the span that acts; continues through outbox and NATS. */
    readonly traceparent?: string;
    readonly operation?: string;
    readonly documentDigest?: string;
    readonly argumentDigest?: string;
    readonly idempotencyKeyDigest?: string;
  };
  readonly at: Instant;
  /** The actor's personal values, for the first event of the act: the others are joined to it by `request.id`. Absent where no keeper is configured, and for our own processes. */
  readonly personal?: Sealer | BoundPii;
}
