import { describe, expect, it } from 'vitest';
import { kubeAuditId } from '../audit/kubeact.ts';
import type { KubeAct, KubePending } from './index.ts';
import { judgeKubeRequest, kubeRequestIn, kubeRequestOfLine } from './index.ts';

const ACT = '01234567-89ab-4def-8123-456789ab0000';
const event = (more: object = {}) => ({
  kind: 'Event', auditID: 'a', stage: 'ResponseComplete', verb: 'patch', user: { username: 'cadastre' }, sourceIPs: ['192.0.2.1', '10.0.0.1'], userAgent: 'kubectl/v1.37',
  objectRef: { resource: 'pods', namespace: 'n', name: 'p', apiVersion: 'v1' }, responseStatus: { code: 200 }, requestReceivedTimestamp: '2026-11-27T21:57:06.898555Z', ...more,
});
const OURS = new Set(['cadastre']);

describe('an event of the API server', () => {
  it('about a change with our identity is a request', () => {
    expect(kubeRequestOfLine(JSON.stringify(event()), OURS)).toEqual({
      kind: 'REQUEST', request: { auditId: 'a', receivedAt: '2026-11-27T21:57:06.898555Z', verb: 'patch', resource: 'pods', namespace: 'n', name: 'p', username: 'cadastre', userAgent: 'kubectl/v1.37', sourceIp: '192.0.2.1', code: 200 },
    });
  });
  it.each([
    ['of somebody else', { user: { username: 'admin' } }, 'OTHER'], ['that reads', { verb: 'get' }, 'OTHER'], ['of a review', { verb: 'create', objectRef: { apiGroup: 'authorization.k8s.io', resource: 'selfsubjectaccessreviews' } }, 'OTHER'],
    ['of a stream that began', { stage: 'ResponseStarted' }, 'OTHER'], ['that was refused', { responseStatus: { code: 403 } }, 'REQUEST'], ['that broke in the server', { stage: 'Panic', responseStatus: undefined }, 'REQUEST'],
    ['of somebody in our name', { user: { username: 'admin' }, impersonatedUser: { username: 'cadastre' } }, 'REQUEST'], ['without an id', { auditID: undefined }, 'BROKEN'], ['without a time', { requestReceivedTimestamp: 'x' }, 'BROKEN'],
    ['of a part', { verb: 'patch', objectRef: { resource: 'nodes', subresource: 'status', name: 'n' } }, 'REQUEST'],
  ])('%s is %s', (_what, more, kind) => { expect(kubeRequestIn(event(more), OURS).kind).toBe(kind); });
  it.each(['', '{', 'null', '[]', '"x"'])('that is %j is broken, and no exception', line => { expect(kubeRequestOfLine(line, OURS)).toEqual({ kind: 'BROKEN' }); });
});

describe('a change with our credential', () => {
  const act = (more: Partial<KubeAct> = {}): KubeAct => ({ act: ACT, cluster: 'c', most: 64, ...more });
  const request = (more: Partial<KubePending> = {}): KubePending =>
    ({ auditId: kubeAuditId(ACT, 1), receivedAt: '2026-11-27T10:00:00.000Z', verb: 'patch', resource: 'pods', namespace: '', name: '', username: 'cadastre', userAgent: '', sourceIp: '', code: 200, clusterId: 'c', ageMs: 0, twins: 0, ...more });
  const foreign = (reason: string) => ({ foreign: reason });
  const ended = (requests: number, at = '2026-11-27T10:00:00.000Z') => act({ ended: { requests, at } });
  it.each([
    ['is ours when an act announced it', request(), act(), 'ANNOUNCED'],
    ['is ours up to the last that was announced', request({ auditId: kubeAuditId(ACT, 64) }), act(), 'ANNOUNCED'],
    ['is not beyond', request({ auditId: kubeAuditId(ACT, 65) }), act(), foreign('BEYOND_ANNOUNCED')],
    ['is ours once the act has ended, if it sent as many', request({ auditId: kubeAuditId(ACT, 2) }), ended(2), 'ANNOUNCED'],
    ['is not, when the act says that it sent fewer', request({ auditId: kubeAuditId(ACT, 3) }), ended(2), foreign('BEYOND_ANNOUNCED')],
    ['is not a minute after the act has ended', request({ receivedAt: '2026-11-27T10:01:00.001Z' }), ended(2), foreign('AFTER_THE_ACT')],
    ['is not in another cluster', request({ clusterId: 'd' }), act(), foreign('OTHER_CLUSTER')],
    ['is not under an Audit-ID that was used', request({ twins: 1 }), act(), foreign('AUDIT_ID_REUSED')],
    ['waits for an act that is not there yet', request({ ageMs: 4_999 }), undefined, 'WAIT'],
    ['is not when no act comes', request({ ageMs: 5_000 }), undefined, foreign('NOT_ANNOUNCED')],
    ['is not with an Audit-ID of no form of ours', request({ auditId: 'mine' }), act(), foreign('NOT_ANNOUNCED')],
    ['is not with the id of the act itself', request({ auditId: ACT }), act(), foreign('NOT_ANNOUNCED')],
  ])('%s', (_law, asked, known, judgement) => {
    expect(judgeKubeRequest(asked, new Map(known === undefined ? [] : [[known.act, known]]), 5_000)).toEqual(judgement);
  });
});
