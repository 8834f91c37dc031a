import type { AuditType } from '@cadastre/domain/audit';
import type { Instant } from '@cadastre/domain/core';
import { faults, isId } from '@cadastre/domain/core';
import * as audit from '@cadastre/store/audit';
import type { Search, StoredAuditEvent } from '@cadastre/store/audit';
import type { AuditEventFilter } from '../generated/tenant.ts';
import type { Policy } from '../shared/mutate.ts';
import { checkFirst, connection, placeCursor, readPlaceCursor } from '../shared/paging.ts';
import { faultsData } from '../shared/problems.ts';
import { hasRole, type Viewer } from '../shared/viewer.ts';
import { wantedOf } from './filter.ts';
import { logOf, recordReading, rightOf, scopeOf, type Right } from './right.ts';

export interface AuditArguments {
  readonly filter?: AuditEventFilter | null;
  readonly first?: number | null;
  readonly after?: string | null;
  /** The mandate that is read under; absent: the viewer's role. */
  readonly mandateId?: string | null;
}

const AUDITORS = ['AUDITOR', 'PROVIDER_AUDITOR'] as const;
const LIST: Policy = { operation: 'auditEvents', roles: AUDITORS };
const EXPORT: Policy = { operation: 'auditLines', roles: AUDITORS };
const MAX_LINES = 1_000;

/** A page of events, newest first: AuditEventConnection, or why not. */
export const auditEvents = async (viewer: Viewer, args: AuditArguments): Promise<object> => {
  const granted = await rightOf(viewer, LIST, 'audit.events.read', args.mandateId);
  if (!granted.ok) return granted.refused;
  const asked = request(args, 50);
  if (!asked.ok) return faultsData(viewer.lang, asked.error);
  const refused = await read(viewer, LIST, granted.right, 'audit.events.read', asked.value);
  if (refused !== undefined) return refused;
  const page = await viewer.door.store.read(scopeOf(viewer, granted.right), q => audit.page(q, { ...asked.value, log: searched(viewer, granted.right) }));
  const { items, totalCountIsExact, ...rest } = page;
  return { __typename: 'AuditEventConnection', ...connection({ ...rest, items: items.map(eventData) }, e => e.cursor, args.after), totalCountIsExact };
};

/** A part of the export, oldest first, each line a stored leaf: AuditLines, or why not. */
export const auditLines = async (viewer: Viewer, args: AuditArguments): Promise<object> => {
  const granted = await rightOf(viewer, EXPORT, 'audit.events.export', args.mandateId);
  if (!granted.ok) return granted.refused;
  const asked = request(args, MAX_LINES, MAX_LINES);
  if (!asked.ok) return faultsData(viewer.lang, asked.error);
  const refused = await read(viewer, EXPORT, granted.right, 'audit.events.export', asked.value);
  if (refused !== undefined) return refused;
  const { endCursor, ...part } = await viewer.door.store.read(scopeOf(viewer, granted.right), q => audit.lines(q, { ...asked.value, log: searched(viewer, granted.right) }));
  return { __typename: 'AuditLines', ...part, endCursor: endCursor === undefined ? null : placeCursor(endCursor) };
};

/** For `node(id)`: an auditor's reading, and an event, like any other; for everybody else there is nothing. */
export const auditNode = async (viewer: Viewer, id: string): Promise<object | undefined> => {
  if (!isId('audit', id) || !hasRole(viewer, AUDITORS)) return undefined;
  await read(viewer, LIST, { by: 'role' }, 'audit.events.read', { first: 1 });
  const found = await viewer.door.store.read(viewer.scope, q => audit.get(q, id));
  return found === undefined ? undefined : { __typename: 'AuditEvent', ...eventData(found) };
};

type Request = Omit<Search, 'log'>;

const searched = (viewer: Viewer, right: Right): Search['log'] => {
  const tenantId = logOf(viewer, right);
  return tenantId === undefined ? 'provider' : { tenantId };
};

const read = (viewer: Viewer, policy: Policy, right: Right, type: AuditType, asked: Request): Promise<object | undefined> => {
  const filtered = Object.keys(asked).filter(k => k !== 'first' && k !== 'after').sort().join(',');
  return recordReading(viewer, policy, right, { type, numbers: { first: asked.first, filter: filtered === '' ? 'none' : filtered } });
};

const request = ({ filter, first, after }: AuditArguments, byDefault: number, limit?: number) => {
  const count = first ?? byDefault;
  const place = readPlaceCursor(after);
  const wanted = wantedOf(filter ?? {});
  const found = faults([checkFirst(count, limit), place.ok ? undefined : place.error, ...wanted.faults].filter(p => p !== undefined));
  if (found !== undefined) return { ok: false, error: found } as const;
  return { ok: true, value: { ...wanted.filter, first: count, ...(place.ok && place.value !== undefined ? { after: place.value } : {}) } satisfies Request } as const;
};

/** What is shown beside the leaf is read from the leaf. */
const eventData = (e: StoredAuditEvent) => {
  const { time, reason, request: by } = JSON.parse(e.line) as { readonly time: Instant; readonly reason?: string; readonly request?: { readonly trace?: string } };
  const { id, type, phase, outcome, actorId, targetKind, targetId, line, digest, timeRecorded } = e;
  return { id, type, phase, outcome, actorId, targetKind, targetId, line, digest, timeRecorded, time, reason: reason ?? null, traceId: by?.trace ?? null, cursor: placeCursor(e) };
};
