import { actOf, jsonLine, type View, type ViewedEvent } from './model.ts';

const OUTCOME = { success: 'success', failure: 'failure', denied: 'failure', unknown: 'unknown' } as const;
const ACTION = { create: 'create', read: 'read', update: 'update', delete: 'delete', other: 'unknown' } as const;

const actionOf = (e: ViewedEvent): string => (e.type.startsWith('iam.login.') ? 'authenticate' : e.outcome === 'denied' ? 'deny' : ACTION[actOf(e.type)]);
const targetType = (e: ViewedEvent): string => (e.target.kind === 'audit' ? 'data/security/audit' : e.type.startsWith('iam.') ? 'data/security/account' : e.type.startsWith('compute.') ? 'service/compute' : 'service/bss');

/** DMTF DSP0262 (CADF) 1.0, JSON rendering: what OpenStack's tools read. */
export const cadf: View = (e, place) =>
  jsonLine({
    typeURI: 'http://schemas.dmtf.org/cloud/audit/1.0/event', id: e.id, eventType: e.phase === 'read' || e.type.endsWith('.state') ? 'monitor' : 'activity', eventTime: e.time.replace('Z', '+00:00'), action: actionOf(e), outcome: OUTCOME[e.outcome],
    ...(e.reason === undefined ? {} : { reason: { reasonType: 'urn:cadastre:problem', reasonCode: e.reason } }),
    initiator: { typeURI: e.actor.kind === 'system' ? 'service' : 'data/security/account/user', id: e.actor.id, ...(e.tenant === undefined ? {} : { project_id: e.tenant }) },
    target: { typeURI: targetType(e), id: e.target.id, name: e.target.kind },
    observer: { typeURI: 'service/security', id: e.source.host, name: e.source.interface },
    tags: [`type:${e.type}`, `phase:${e.phase}`],
    attachments: [{ typeURI: 'text/plain', name: 'leaf_hash', content: place.leafHash }, { typeURI: 'text/plain', name: 'log', content: e.log }, { typeURI: 'text/plain', name: 'index', content: String(place.index) }],
  });
