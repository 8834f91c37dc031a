import type { AuditId } from '@cadastre/domain/core';
import type { Pii } from '@cadastre/domain/audit';
import { PROVIDER_SCOPE, type OpenedValue, type SealedEvent } from '@cadastre/platform/keeper';
import { WORDS } from './words.ts';
import type { Viewer } from '../shared/viewer.ts';

/** What of a leaf says whose personal values it carries. */
interface LeafOfPerson {
  readonly id: AuditId;
  readonly log: string;
  readonly tenant?: string;
  readonly actor: { readonly directory: string };
  readonly pii?: Pii;
}
type Shown = Omit<OpenedValue, 'state'> & { readonly path: string; readonly state: OpenedValue['state'] | 'WITHHELD' };

// A stranger who failed to log in is nobody's: the provider looks after its own doors.
const scopeOf = ({ actor, tenant }: LeafOfPerson): string => (actor.directory === 'tenant' && tenant !== undefined ? tenant : PROVIDER_SCOPE);

/** Events of one request ask the keeper together: a page of fifty is one question. */
const together = new WeakMap<Viewer, { readonly events: SealedEvent[]; readonly opened: Promise<readonly (readonly OpenedValue[])[]> }>();

const openLater = async (viewer: Viewer, event: SealedEvent): Promise<readonly Shown[]> => {
  const keys = viewer.door.subjectKeys;
  if (keys === undefined) return Object.keys(event.pii).map(path => ({ path, state: 'KEEPER_AWAY' }));
  let batch = together.get(viewer);
  if (batch === undefined) {
    const events: SealedEvent[] = [];
    batch = { events, opened: Promise.resolve().then(() => {
      together.delete(viewer);
      return keys.open(events);
    }) };
    together.set(viewer, batch);
  }
  const place = batch.events.push(event) - 1;
  return (await batch.opened)[place] ?? [];
};

/**
 * The personal values of an event, for whoever may read the event. A tenant's auditors learn of the provider's people what they are and what they did, not their names and addresses: those
 * are the provider's to show, to its own auditors.
 */
export const personalOf = async (viewer: Viewer, line: string): Promise<readonly object[]> => {
  const leaf = JSON.parse(line) as LeafOfPerson;
  if (leaf.pii === undefined) return [];
  const scope = scopeOf(leaf);
  const own = viewer.organisation?.id ?? PROVIDER_SCOPE;
  const shown: readonly Shown[] = scope === own
    ? await openLater(viewer, { scope, id: leaf.id, log: leaf.log, pii: leaf.pii })
    : Object.keys(leaf.pii).map(path => ({ path, state: 'WITHHELD' }));
  return shown.map(v => ({ path: v.path, state: v.state, value: 'value' in v ? v.value : WORDS[viewer.lang][v.state as Exclude<Shown['state'], 'READABLE'>] }));
};
