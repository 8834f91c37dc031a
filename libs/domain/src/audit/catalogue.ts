import type { AuditOutcome, AuditPhase, AuditType } from './model.ts';

export const AUDIT_CLASSES = ['security', 'admin', 'data_access', 'lifecycle', 'billing', 'log_control'] as const;
export type AuditClass = (typeof AUDIT_CLASSES)[number];

/** What an event is for, and under which rule it is kept. */
export interface Keeping {
  readonly class: AuditClass;
  /** Retention class: its months are the operator's policy (floor 6, default 12, ceiling 36). */
  readonly retention: string;
  /** The text that asks for the event: evidence for that clause, not a claim of compliance. */
  readonly legal: string;
}

const SECURITY: Keeping = { class: 'security', retention: 'security', legal: 'SecNumCloud-3.2:12.6' };
const ADMIN: Keeping = { class: 'admin', retention: 'admin', legal: 'SecNumCloud-3.2:12.6' };
const DATA_ACCESS: Keeping = { class: 'data_access', retention: 'data-access', legal: 'GDPR:5.2' };
const LIFECYCLE: Keeping = { class: 'lifecycle', retention: 'lifecycle', legal: 'SecNumCloud-3.2:12.6' };
const LOG_CONTROL: Keeping = { class: 'log_control', retention: 'log-control', legal: 'SecNumCloud-3.2:12.7' };
const MANDATE: Keeping = { class: 'security', retention: 'security', legal: 'SecNumCloud-3.2:9.7' };

// The first prefix that fits counts, so the narrow ones stand before the wide ones.
const KEEPINGS: readonly (readonly [prefix: string, Keeping])[] = [
  ['iam.', SECURITY], ['request.', SECURITY],
  ['audit.events.', DATA_ACCESS], ['audit.export.', { ...LOG_CONTROL, legal: 'SecNumCloud-3.2:12.6' }], ['audit.mandate.', MANDATE], ['audit.alarm.', { ...SECURITY, legal: 'SecNumCloud-3.2:12.9' }],
  ['audit.subject.erase', { ...LOG_CONTROL, legal: 'GDPR:17' }], ['audit.retention.', { ...LOG_CONTROL, legal: 'CNIL:2021-122' }], ['audit.contract.', { ...LOG_CONTROL, legal: 'SecNumCloud-3.2:19.4' }],
  ['audit.sink.', { ...LOG_CONTROL, legal: 'SecNumCloud-3.2:19.2' }], ['audit.log.degraded', { ...LOG_CONTROL, legal: 'SecNumCloud-3.2:12.8' }], ['audit.', LOG_CONTROL],
  ['platform.kube.foreign', { ...SECURITY, legal: 'SecNumCloud-3.2:12.9' }], ['platform.kube.apply', LIFECYCLE],
  ['platform.cluster.state', LIFECYCLE], ['platform.pool.state', LIFECYCLE], ['platform.', ADMIN],
  ['dcim.machine.state', LIFECYCLE], ['dcim.', ADMIN],
  ['tenancy.report.read', DATA_ACCESS], ['tenancy.project.state', LIFECYCLE], ['tenancy.', ADMIN],
  ['compute.decision.read', DATA_ACCESS], ['compute.', LIFECYCLE], ['law.', LIFECYCLE],
];

/** Every type of the catalogue has a class, a retention class and a legal basis. */
export const keepingOf = (type: AuditType): Keeping => {
  const found = KEEPINGS.find(([prefix]) => type.startsWith(prefix))?.[1];
  if (found === undefined) throw new TypeError(`audit type without a retention class: ${type}`);
  return found;
};

/** How an event of a type may end: its phase and its outcome. */
export type Course = `${AuditPhase}/${AuditOutcome}`;

// What a person asks for at a door: done, refused with a problem's code, or broken on our side.
const ATTEMPT: readonly Course[] = ['completed/success', 'completed/unknown', 'denied/failure'];
// What a process of ours found or did.
const FACT: readonly Course[] = ['completed/success', 'completed/failure'];
const READ: readonly Course[] = ['read/success'];
const REFUSAL: readonly Course[] = ['denied/denied'];

const COURSES: Readonly<Partial<Record<AuditType, readonly Course[]>>> = {
  'iam.login.accepted': ['completed/success'], 'iam.login.failed': REFUSAL, 'iam.access.denied': REFUSAL, 'request.invalid': ['denied/failure'],
  // The engine's refusal is `denied`, a wrong input `failure`.
  'compute.instance.create': [...ATTEMPT, 'denied/denied'], 'compute.reservation.create': [...ATTEMPT, 'denied/denied'], 'compute.plan.create': [...ATTEMPT, 'completed/denied', 'denied/denied'],
  'compute.instance.release': ['requested/success', ...ATTEMPT], 'compute.instance.warn': ['requested/success'], 'compute.instance.shed': ['completed/success'], 'compute.instance.spare': ['completed/success'],
  'platform.kube.apply': ['requested/unknown', 'completed/success', 'completed/failure', 'completed/unknown'], 'platform.kube.foreign': ['completed/failure'],
  'platform.process.start': ['started/success'], 'platform.config.change': ['completed/success'],
  // Under a mandate that has ended, or whose subject may act.
  'audit.events.read': [...READ, ...REFUSAL], 'audit.events.export': [...READ, ...REFUSAL],
  'audit.subject.erase': ['requested/success', ...ATTEMPT], 'audit.contract.end': ['requested/success', ...ATTEMPT],
  'audit.export.create': ['requested/success', ...ATTEMPT], 'audit.export.fail': ['completed/failure'],
};
// Written by processes, not at a door.
const FACTS = /\.(state|opened|heartbeat|degraded|resumed|frozen|elected|pruned|discontinuity|policy|complete|expire|end|open|raise|resolve)$/;

/** The phases and outcomes that an event of this type can have. */
export const coursesOf = (type: AuditType): readonly Course[] => {
  const own = COURSES[type];
  if (own !== undefined) return own;
  if (/\.(read|export|download)$/.test(type)) return READ;
  return FACTS.test(type) ? [...FACT, ...(type === 'audit.alarm.resolve' ? ATTEMPT.slice(1) : [])] : ATTEMPT;
};
