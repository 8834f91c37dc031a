import { actOf, jsonLine, severityOf, type View } from './model.ts';

const TYPE = { create: 'creation', read: 'access', update: 'change', delete: 'deletion', other: 'info' } as const;
const OUTCOME = { success: 'success', failure: 'failure', denied: 'failure', unknown: 'unknown' } as const;

/** Elastic Common Schema 8, one document a line. */
export const ecs: View = (e, place) =>
  jsonLine({
    '@timestamp': e.time, ecs: { version: '8.17.0' },
    event: {
      id: e.id, kind: e.type === 'audit.alarm.raise' ? 'alert' : 'event', category: [e.type.startsWith('iam.login.') ? 'authentication' : e.type.startsWith('iam.') ? 'iam' : 'configuration'], type: [e.outcome === 'denied' ? 'denied' : TYPE[actOf(e.type)]],
      action: e.type, outcome: OUTCOME[e.outcome], severity: severityOf(e), provider: 'cadastre', dataset: 'cadastre.audit', sequence: place.index, hash: place.leafHash, ...(e.reason === undefined ? {} : { reason: e.reason }),
    },
    user: { id: e.actor.id, domain: e.actor.directory, roles: e.actor.roles }, host: { name: e.source.host }, service: { name: e.source.interface, version: e.source.version },
    ...(e.tenant === undefined ? {} : { organization: { id: e.tenant } }), ...(e.request.trace === undefined ? {} : { trace: { id: e.request.trace } }), http: { request: { id: e.request.id } },
    cadastre: { log: e.log, leaf_hash: place.leafHash, index: place.index, phase: e.phase, target: e.target },
  });
