import { ID_KINDS, isId, problem } from '@cadastre/domain/core';
import * as outbox from '@cadastre/store/outbox';
import type { OutboxEvent } from '@cadastre/store/outbox';
import { badRequest } from '../shared/errors.ts';
import { placeCursor, readPlaceCursor } from '../shared/paging.ts';
import { tailOf, type TailFilter } from '../shared/tail.ts';
import type { Viewer } from '../shared/viewer.ts';

export interface EventsArguments {
  readonly after?: string | null;
  readonly filter?: { readonly nouns?: readonly string[] | null; readonly objectId?: string | null } | null;
}

/** Open to every role of the door: an event is a key, and its object is read with the viewer's own rights. */
export const eventCursor = async (viewer: Viewer): Promise<string> => placeCursor(await viewer.door.store.read(viewer.scope, q => outbox.newest(q)));

/** In the shape of the schema's Event, without `object`, which is read only when it is asked for. */
export const eventData = (e: OutboxEvent) => ({ cursor: placeCursor(e), id: e.id, noun: e.noun, verb: e.verb, objectId: e.objectId, at: e.createdAt });

/** Refusals are GraphQL errors: a subscription has no union to carry them. */
export const eventsAfter = (viewer: Viewer, { after, filter }: EventsArguments): AsyncIterableIterator<OutboxEvent> => {
  const place = readPlaceCursor(after);
  if (!place.ok) throw badRequest(viewer.lang, place.error);
  return tailOf(viewer.door).follow(viewer.scope, place.value, wanted(viewer, filter));
};

const wanted = (viewer: Viewer, filter: EventsArguments['filter']): TailFilter => {
  const { nouns, objectId } = filter ?? {};
  const unknown = nouns?.find(n => !(ID_KINDS as readonly string[]).includes(n));
  if (unknown !== undefined) throw badRequest(viewer.lang, problem('UNKNOWN_VALUE', { field: 'nouns', value: unknown.slice(0, 80), near: 'none', known: ID_KINDS }, { path: ['filter', 'nouns'] }));
  if (objectId != null && !ID_KINDS.some(kind => isId(kind, objectId))) {
    throw badRequest(viewer.lang, problem('BAD_ID', { value: objectId.slice(0, 80), noun: 'object' }, { path: ['filter', 'objectId'] }));
  }
  return { ...(nouns == null ? {} : { nouns }), ...(objectId == null ? {} : { objectId }) };
};
