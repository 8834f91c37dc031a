import { actOf, jsonLine, millisOf, severityOf, type Act, type LeafPlace, type View, type ViewedEvent } from './model.ts';

/** Version of the Open Cybersecurity Schema Framework that the rows say and are validated against. */
export const OCSF_VERSION = '1.8.0';

const API_ACTIVITY = 6003;
const AUTHENTICATION = 3002;
const ACTIVITY: Readonly<Record<Act, number>> = { create: 1, read: 2, update: 3, delete: 4, other: 99 };
// OCSF: 1 informational, 2 low, 3 medium, 4 high.
const SEVERITY = { 3: 4, 4: 3, 5: 2, 6: 1 } as const;
const STATUS = { success: 1, failure: 2, denied: 2, unknown: 0 } as const;
// 1 user, 3 system, 99 other.
const USER_TYPE: Readonly<Record<string, number>> = { user: 1, system: 3 };

const common = (e: ViewedEvent, place: LeafPlace, class_uid: number, activity_id: number) => ({
  activity_id, category_uid: Math.floor(class_uid / 1000), class_uid, type_uid: class_uid * 100 + activity_id, time: millisOf(e.time), severity_id: SEVERITY[severityOf(e)],
  status_id: STATUS[e.outcome], ...(e.reason === undefined ? {} : { status_code: e.reason }),
  metadata: {
    version: OCSF_VERSION, product: { name: 'Cadastre', vendor_name: 'Cadastre', version: e.source.version }, uid: e.id, event_code: e.type, log_name: e.log, sequence: place.index,
    ...(e.request.trace === undefined ? {} : { correlation_uid: e.request.trace }), ...(e.tenant === undefined ? {} : { tenant_uid: e.tenant }),
  },
  src_endpoint: { name: e.source.host, svc_name: e.source.interface },
  unmapped: { leaf_hash: place.leafHash, log: e.log, phase: e.phase, outcome: e.outcome, class: e.class, actor_directory: e.actor.directory, actor_roles: e.actor.roles },
});
const userOf = (e: ViewedEvent) => ({ uid: e.actor.id, type_id: USER_TYPE[e.actor.kind] ?? 99, ...(e.actor.auth.mfa === undefined ? {} : { has_mfa: e.actor.auth.mfa }) });

/** OCSF 1.8.0: a login is class Authentication (3002), everything else API Activity (6003). */
export const ocsf: View = (e, place) =>
  jsonLine(e.type.startsWith('iam.login.')
    ? { ...common(e, place, AUTHENTICATION, 1), user: userOf(e), service: { name: e.source.interface } }
    : {
        ...common(e, place, API_ACTIVITY, ACTIVITY[actOf(e.type)]), actor: { user: userOf(e) }, api: { operation: e.request.operation ?? e.type, request: { uid: e.request.id }, service: { name: e.source.interface } },
        resources: [{ uid: e.target.id, type: e.target.kind, ...(e.target.region === undefined ? {} : { namespace: e.target.region }) }],
      });
