import type { AuditSinkId } from '@cadastre/domain/core';
import { isId, no, ok, problem } from '@cadastre/domain/core';
import { decideCreateSink, decideDeleteSink, decidePauseSink, type AuditSink } from '@cadastre/domain/sink';
import * as sinks from '@cadastre/store/sink';
import type { Stored } from '@cadastre/store/sql';
import type { CreateAuditSinkInput, DeleteAuditSinkInput, PauseAuditSinkInput } from '../generated/tenant.ts';
import { listById, type ListArgs } from '../shared/lists.ts';
import { allow, mutate, type Policy } from '../shared/mutate.ts';
import { hasRole, type Viewer } from '../shared/viewer.ts';

const MAKERS = ['OWNER', 'OPERATOR', 'COMPLIANCE'] as const;
const READERS = [...MAKERS, 'AUDITOR', 'PROVIDER_AUDITOR'] as const;
const LIST: Policy = { operation: 'auditSinks', roles: READERS };
const CREATE: Policy = { operation: 'createAuditSink', roles: MAKERS };
const PAUSE: Policy = { operation: 'pauseAuditSink', roles: MAKERS };
const DELETE: Policy = { operation: 'deleteAuditSink', roles: MAKERS };

const sinkData = (s: Stored<AuditSink>) => ({ __typename: 'AuditSink', ...s });
const target = (viewer: Viewer, id?: string) => ({ kind: 'sink', id: id !== undefined && isId('sink', id) ? id : (viewer.organisation?.id ?? 'provider') });

/** AuditSinkConnection, or Forbidden. */
export const listSinks = async (viewer: Viewer, args: ListArgs): Promise<object> => {
  const refused = await allow(viewer, LIST, target(viewer));
  if (refused !== undefined) return refused;
  return { __typename: 'AuditSinkConnection', ...(await listById(viewer, args, request => viewer.door.store.read(viewer.scope, q => sinks.page(q, request)), items => items.map(sinkData))) };
};

/** For `node(id)`: whoever may not list them finds none. */
export const loadSink = async (viewer: Viewer, id: string): Promise<object | undefined> => (hasRole(viewer, READERS) ? await found(viewer, id) : undefined);

const found = async (viewer: Viewer, id: string): Promise<object | undefined> => {
  const sink = isId('sink', id) ? await viewer.door.store.read(viewer.scope, q => sinks.get(q, id)) : undefined;
  return sink === undefined ? undefined : sinkData(sink);
};
const accept = (viewer: Viewer) => async (id: AuditSinkId): Promise<object> => ({ __typename: 'AuditSinkAccepted', auditSink: await found(viewer, id) });
const badId = (id: string) => no([problem('BAD_ID', { noun: 'sink', value: id.slice(0, 80) }, { path: ['id'] })] as const);

export const createAuditSink = async (viewer: Viewer, input: CreateAuditSinkInput): Promise<object> =>
  await mutate<AuditSinkId>(viewer, {
    policy: CREATE, type: 'audit.sink.create', target: target(viewer), input,
    decide: async q => {
      const { name, kind, format, endpoint, caPem, country, waiver } = input;
      const { door, organisation } = viewer;
      const decided = decideCreateSink(
        { name, kind, format, endpoint: endpoint ?? '', ...(caPem == null ? {} : { caPem }), country, ...(waiver == null ? {} : { waiver }) },
        { directory: door.name, ...(organisation === undefined ? {} : { tenantId: organisation.id }), others: await sinks.living(q) }, { ids: door.ids },
      );
      if (!decided.ok) return decided;
      const { next, events, audit } = decided.value;
      return ok({ writes: [sinks.insert(next)], events, audit, answer: next.id });
    },
    accept: accept(viewer),
  });

export const pauseAuditSink = async (viewer: Viewer, input: PauseAuditSinkInput): Promise<object> =>
  await mutate<AuditSinkId>(viewer, {
    policy: PAUSE, type: 'audit.sink.update', target: target(viewer, input.id), input,
    decide: async q => {
      const { id } = input;
      if (!isId('sink', id)) return badId(id);
      const decided = decidePauseSink({ id, generation: input.generation, paused: input.paused }, await sinks.get(q, id));
      if (!decided.ok) return decided;
      const { changes, ifGeneration, events, audit } = decided.value;
      return ok({ writes: [sinks.change(id, changes, { ifGeneration })], events, audit, answer: id });
    },
    accept: accept(viewer),
  });

export const deleteAuditSink = async (viewer: Viewer, input: DeleteAuditSinkInput): Promise<object> =>
  await mutate<AuditSinkId>(viewer, {
    policy: DELETE, type: 'audit.sink.delete', target: target(viewer, input.id), input,
    decide: async q => {
      const { id } = input;
      if (!isId('sink', id)) return badId(id);
      const decided = decideDeleteSink(id, await sinks.get(q, id), { now: viewer.door.clock.now() });
      if (!decided.ok) return decided;
      const { changes, ifGeneration, events, audit } = decided.value;
      return ok({ writes: [sinks.change(id, changes, { ifGeneration })], events, audit, answer: id });
    },
    accept: accept(viewer),
  });
