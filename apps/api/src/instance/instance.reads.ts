import type { InstanceId, Problem } from '@cadastre/domain/core';
import { isId, problem } from '@cadastre/domain/core';
import { INSTANCE_STATES, type InstanceState } from '@cadastre/domain/instance';
import * as instances from '@cadastre/store/instance';
import type { InstancePageRequest } from '@cadastre/store/instance';
import * as outbox from '@cadastre/store/outbox';
import { badRequest } from '../shared/errors.ts';
import { checkFirst, connection, readTimeCursor, timeCursor } from '../shared/paging.ts';
import { cancellable, tailOf } from '../shared/tail.ts';
import type { Viewer } from '../shared/viewer.ts';
import { providerData, tenantData } from './instance.data.ts';

export interface InstanceListArguments {
  readonly filter?: { readonly projectId?: string | null; readonly status?: readonly InstanceState[] | null; readonly live?: boolean | null } | null;
  readonly first?: number | null;
  readonly after?: string | null;
}

/** Open to every role of either door: the tenant's own at one, all of them without what is the tenant's business at the other. Two statements. */
export const listInstances = async (viewer: Viewer, args: InstanceListArguments, details: 'brief' | 'full'): Promise<object> => {
  const request = requestOf(viewer, args);
  const page = await viewer.door.store.read(viewer.scope, async q => {
    if (viewer.door.name === 'tenant' && details === 'brief') return await instances.tenantBriefPage(q, request);
    if (viewer.door.name === 'tenant') {
      const { items, ...rest } = await instances.tenantPage(q, request);
      return { ...rest, items: tenantData(viewer, items) };
    }
    const { items, ...rest } = await instances.providerPage(q, request);
    return { ...rest, items: providerData(viewer, items) };
  });
  return connection(page, item => timeCursor(item as { readonly createdAt: string; readonly id: string }), args.after);
};

/** Undefined when there is none, or none that the viewer may know of. */
export const loadInstance = async (viewer: Viewer, id: string): Promise<object | undefined> => (isId('instance', id) ? (await loadInstances(viewer, [id]))[0] : undefined);

export const loadInstances = (viewer: Viewer, ids: readonly InstanceId[]): Promise<readonly object[]> =>
  viewer.door.store.read(viewer.scope, async q =>
    viewer.door.name === 'tenant' ? tenantData(viewer, await instances.tenantViews(q, ids)) : providerData(viewer, await instances.providerViews(q, ids)));

const requestOf = (viewer: Viewer, { filter, first, after }: InstanceListArguments): InstancePageRequest => {
  const count = first ?? 50;
  const place = readTimeCursor(after);
  const wrong = checkFirst(count) ?? (place.ok ? wrongProject(filter?.projectId) : place.error);
  if (wrong !== undefined) throw badRequest(viewer.lang, wrong);
  const { projectId, status, live } = filter ?? {};
  return {
    first: count,
    ...(place.ok && place.value !== undefined ? { after: { createdAt: place.value.createdAt, id: place.value.id as InstanceId } } : {}),
    ...(projectId != null && isId('project', projectId) ? { projectId } : {}),
    ...(status == null ? {} : { status: status.filter(s => INSTANCE_STATES.includes(s)) }),
    ...(live == null ? {} : { live }),
  };
};
const wrongProject = (id: string | null | undefined): Problem | undefined =>
  id == null || isId('project', id) ? undefined : problem('BAD_ID', { noun: 'project', value: id.slice(0, 80) }, { path: ['filter', 'projectId'] });

/** The instance now, then after each change; ends when it is RELEASED. Refused with a GraphQL error when there is none: a subscription has no union. */
export const watchInstance = async (viewer: Viewer, id: string): Promise<AsyncIterableIterator<object>> => {
  // The place first, the look second: what happens between the two is told again rather than missed.
  const from = await viewer.door.store.read(viewer.scope, outbox.newest);
  const now = await loadInstance(viewer, id);
  if (now === undefined) throw badRequest(viewer.lang, problem('NOT_FOUND', { noun: 'instance', id: id.slice(0, 80) }, { path: ['id'] }));
  return cancellable(signal => changes(viewer, id, now, tailOf(viewer.door).follow(viewer.scope, from, { objectId: id }), signal));
};

async function* changes(viewer: Viewer, id: string, now: object, events: AsyncIterableIterator<unknown>, signal: AbortSignal): AsyncGenerator<object, void, undefined> {
  signal.addEventListener('abort', () => void events.return?.());
  try {
    yield now;
    let told = JSON.stringify(now);
    if (isOver(now)) return;
    for await (const _ of events) {
      const next = await loadInstance(viewer, id);
      if (next === undefined) return;
      const text = JSON.stringify(next);
      if (text !== told) yield next;
      told = text;
      if (isOver(next)) return;
    }
  } finally {
    await events.return?.();
  }
}

const isOver = (instance: object): boolean => (instance as { readonly status: InstanceState }).status === 'RELEASED';
