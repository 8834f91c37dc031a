import { trailOf, type AccessFinding } from '@cadastre/domain/access';
import type { Problem } from '@cadastre/domain/core';
import { faults, problem } from '@cadastre/domain/core';
import { gather } from '@cadastre/store/access';
import type { QueryAccessTrailArgs } from '../generated/tenant.ts';
import type { Policy } from '../shared/mutate.ts';
import { faultsData } from '../shared/problems.ts';
import { shown, unstorable } from '../shared/storable.ts';
import type { Viewer } from '../shared/viewer.ts';
import { ACCESS_WORDS } from './access.words.ts';
import { logOf, recordReading, rightOf, scopeOf } from './right.ts';

const TRAIL: Policy = { operation: 'accessTrail', roles: ['AUDITOR', 'PROVIDER_AUDITOR'] };

const findingData = (viewer: Viewer) => (f: AccessFinding): object => {
  const { grant, uses, events, givenBy, givenAt, approvedBy, approvedAt, legalAct, until, endedAt, endedBy, endedHow, ...rest } = f;
  return {
    ...rest, summary: ACCESS_WORDS[viewer.lang].finding(f), grantId: grant ?? null, givenBy: givenBy ?? null, givenAt: givenAt ?? null, approvedBy: approvedBy ?? null, approvedAt: approvedAt ?? null, legalAct: legalAct ?? null,
    until: until ?? null, endedAt: endedAt ?? null, endedBy: endedBy ?? null, endedHow: endedHow ?? null, eventIds: events,
    uses: uses === undefined ? null : { count: uses.count, first: uses.first ?? null, last: uses.last ?? null, sampleEventIds: uses.sample },
  };
};

const MAX_NAME = 200;
const named = (field: string, value: string): readonly Problem[] => {
  if (value.trim() === '') return [problem('REQUIRED', { field }, { path: [field] })];
  return value.length > MAX_NAME ? [problem('TOO_LONG', { field, length: value.length, limit: MAX_NAME }, { path: [field] })] : unstorable(value, [field]);
};

/** AccessTrail, or why not. The reading is in the log before the answer is made. */
export const accessTrail = async (viewer: Viewer, { subject, object, from, to, directory, mandateId }: QueryAccessTrailArgs): Promise<object> => {
  const granted = await rightOf(viewer, TRAIL, 'audit.events.read', mandateId);
  if (!granted.ok) return granted.refused;
  const { right } = granted;
  const wrong = faults([...named('subject', subject), ...named('object', object), ...(from < to ? [] : [problem('INTERVAL_REVERSED', { field: 'to', from, to }, { path: ['to'] })])]);
  if (wrong !== undefined) return faultsData(viewer.lang, wrong);
  const refused = await recordReading(viewer, TRAIL, right, { type: 'audit.events.read', numbers: { filter: 'access', subject: shown(subject), object: shown(object), from, to } });
  if (refused !== undefined) return refused;
  const tenantId = logOf(viewer, right);
  const question = { subject, object, from, to, ...(directory == null ? {} : { directory }) };
  const seen = await viewer.door.store.read(scopeOf(viewer, right), q => gather(q, tenantId === undefined ? 'provider' : { tenantId }, question));
  const { findings, complete, notRecorded } = trailOf(question, seen);
  return {
    __typename: 'AccessTrail', subject, object, from, to, findings: findings.map(findingData(viewer)), complete: complete && right.by === 'role',
    notRecorded: notRecorded.map(code => ({ code, message: ACCESS_WORDS[viewer.lang].notRecorded[code] })),
  };
};
