import { alarmStatusOf, decideAcknowledgeAlarm, decideResolveAlarm, type Alarm, type AlarmKind, type AlarmState, type AnswerAlarm } from '@cadastre/domain/alarm';
import type { AlarmId } from '@cadastre/domain/core';
import * as alarms from '@cadastre/store/alarm';
import type { Page, Stored } from '@cadastre/store/sql';
import type { AcknowledgeAlarmInput, ResolveAlarmInput } from '../generated/provider.ts';
import { changeOutcome, EMPTY, filterIds, idOrNone, updated } from '../shared/input.ts';
import { listById, type ListArgs } from '../shared/lists.ts';
import { ALARM_WORDS } from '../shared/messages/alarm.ts';
import { render } from '../shared/messages/render.ts';
import { allow, mutate, type Policy } from '../shared/mutate.ts';
import { hasRole, type Viewer } from '../shared/viewer.ts';

const READERS = ['AUDITOR', 'OPERATOR', 'COMPLIANCE', 'PROVIDER_AUDITOR'] as const;
const LIST: Policy = { operation: 'alarms', roles: READERS };
const ACKNOWLEDGE: Policy = { operation: 'acknowledgeAlarm', roles: ['OPERATOR', 'COMPLIANCE'] };
const RESOLVE: Policy = { operation: 'resolveAlarm', roles: ['OPERATOR', 'COMPLIANCE'] };

export interface AlarmFilterArgs {
  readonly kind?: AlarmKind | null | undefined;
  readonly state?: AlarmState | null | undefined;
  readonly organisationId?: string | null | undefined;
}

/** ICU's plural wants a number also where there is none. */
const NO_NUMBERS = { places: 0, age: 0, limit: 0, skew: 0 } as const;

const alarmData = (viewer: Viewer, { tenantId, toldAt, detail, ...alarm }: Stored<Alarm>) => {
  const words = ALARM_WORDS[alarm.kind][viewer.lang];
  const params = { ...NO_NUMBERS, ...detail, origin: alarm.origin, place: alarm.place };
  return {
    __typename: 'Alarm', ...alarm, ...alarmStatusOf(alarm, viewer.door.clock.now()), organisationId: tenantId ?? null, recorded: toldAt !== undefined,
    message: render(viewer.lang, words.message, params), suggestion: render(viewer.lang, words.suggestion, params),
    detail: Object.entries(detail).map(([name, value]) => ({ name, value: Array.isArray(value) ? value.join(', ') : String(value as string | number) })),
  };
};

/** AlarmConnection, or Forbidden. */
export const listAlarms = async (viewer: Viewer, args: ListArgs, filter: AlarmFilterArgs): Promise<object> => {
  const refused = await allow(viewer, LIST, { kind: 'alarm', id: viewer.organisation?.id ?? 'provider' });
  if (refused !== undefined) return refused;
  const connection = await listById<Stored<Alarm>>(viewer, args, request => viewer.door.store.read(viewer.scope, async (q): Promise<Page<Stored<Alarm>>> => {
    const by = filterIds({ tenantId: filter.organisationId }, { tenantId: 'organisation' });
    if (by === undefined) return EMPTY;
    return await alarms.page(q, { ...request, ...by, ...(filter.kind == null ? {} : { kind: filter.kind }), ...(filter.state == null ? {} : { state: filter.state }) });
  }), items => items.map(alarm => alarmData(viewer, alarm)));
  return { __typename: 'AlarmConnection', ...connection };
};

export const loadAlarm = async (viewer: Viewer, text: string): Promise<object | undefined> => {
  const id = idOrNone('alarm', text);
  if (id === undefined || !hasRole(viewer, READERS)) return undefined;
  const found = await viewer.door.store.read(viewer.scope, q => alarms.get(q, id));
  return found === undefined ? undefined : alarmData(viewer, found);
};

const accept = async (viewer: Viewer, id: string): Promise<object> => ({ __typename: 'AlarmAnswered', alarm: await loadAlarm(viewer, id) });

export const acknowledgeAlarm = (viewer: Viewer, input: AcknowledgeAlarmInput): Promise<object> =>
  mutate<AlarmId>(viewer, {
    policy: ACKNOWLEDGE, type: 'audit.alarm.acknowledge', target: { kind: 'alarm', id: input.id }, input,
    decide: async q => {
      const wanted = updated<AnswerAlarm>(input, { id: 'alarm' });
      if (!wanted.ok) return wanted;
      const decided = decideAcknowledgeAlarm(wanted.value, await alarms.get(q, wanted.value.id), { subject: viewer.actor.id, now: viewer.door.clock.now() });
      return changeOutcome(decided, d => alarms.acknowledge(d.next.id, d.changes, d));
    },
    accept: id => accept(viewer, id),
  });

export const resolveAlarm = (viewer: Viewer, input: ResolveAlarmInput): Promise<object> =>
  mutate<AlarmId>(viewer, {
    policy: RESOLVE, type: 'audit.alarm.resolve', target: { kind: 'alarm', id: input.id }, input,
    decide: async q => {
      const wanted = updated<AnswerAlarm>(input, { id: 'alarm' });
      if (!wanted.ok) return wanted;
      const decided = decideResolveAlarm(wanted.value, await alarms.get(q, wanted.value.id), { subject: viewer.actor.id, now: viewer.door.clock.now() });
      return changeOutcome(decided, d => alarms.resolve(d.next.id, d.changes, d));
    },
    accept: id => accept(viewer, id),
  });
