import type { DatacenterId, PowerPhaseId } from '@cadastre/domain/core';
import {
  decideSetPowerCalendar, decideSetPowerPhase, siteDrawOf, type CalendarSeen, type SetPowerCalendar, type SetPowerPhase,
} from '@cadastre/domain/powerphase';
import * as datacenters from '@cadastre/store/datacenter';
import { viewDatacenters, viewPowerPhases, type PowerPhaseView } from '@cadastre/store/place';
import type { Reader } from '@cadastre/store/pool';
import * as powerPhases from '@cadastre/store/powerphase';
import * as racks from '@cadastre/store/rack';
import type { Page } from '@cadastre/store/sql';
import type { SetPowerCalendarInput, SetPowerPhaseInput } from '../generated/provider.ts';
import { created, EMPTY, filterIds, idOrNone, outcome, type Filter } from '../shared/input.ts';
import { listById, type ListArgs } from '../shared/lists.ts';
import { mutate, type Policy } from '../shared/mutate.ts';
import type { Viewer } from '../shared/viewer.ts';

const SET: Policy = { operation: 'setPowerPhase', roles: ['OPERATOR'] };
const CALENDAR: Policy = { operation: 'setPowerCalendar', roles: ['OPERATOR'] };

const powerPhaseData = (p: PowerPhaseView): object => ({ __typename: 'PowerPhase', ...p });

export const loadPowerPhase = async (viewer: Viewer, text: string): Promise<object | undefined> => {
  const id = idOrNone('phase', text);
  if (id === undefined) return undefined;
  const [view] = await viewer.door.store.read(viewer.scope, async q => viewPowerPhases(q, [...(await powerPhases.byIds(q, [id])).values()]));
  return view === undefined ? undefined : powerPhaseData(view);
};

export const listPowerPhases = (viewer: Viewer, args: ListArgs, filter: Filter<'datacenterId'>): Promise<object> =>
  listById<PowerPhaseView>(viewer, args, request => viewer.door.store.read(viewer.scope, async (q): Promise<Page<PowerPhaseView>> => {
    const by = filterIds(filter, { datacenterId: 'datacenter' });
    if (by === undefined) return EMPTY;
    const page = await powerPhases.page(q, { ...request, ...by });
    return { ...page, items: await viewPowerPhases(q, page.items) };
  }), items => items.map(powerPhaseData));

/** The whole calendar, and what draws power for how long. */
const seenBy = async (q: Reader, datacenterId: DatacenterId): Promise<CalendarSeen> => {
  const [found, phases, draws, leases] = await Promise.all([
    datacenters.byIds(q, [datacenterId]), powerPhases.ofDatacenter(q, datacenterId), racks.draws(q, datacenterId), powerPhases.leased(q, datacenterId),
  ]);
  const [datacenter] = await viewDatacenters(q, [...found.values()]);
  return { datacenter, regionCode: datacenter?.region.code ?? '_', phases, draw: siteDrawOf(draws, leases) };
};
const byOf = ({ door }: Viewer) => ({ ids: door.ids, now: door.clock.now() });

export const setPowerPhase = (viewer: Viewer, input: SetPowerPhaseInput): Promise<object> =>
  mutate<PowerPhaseId>(viewer, {
    policy: SET, type: 'dcim.powerphase.set', target: { kind: 'phase', id: input.name, parent: input.datacenterId, datacenter: input.datacenterId }, input,
    decide: async q => {
      const wanted = created<SetPowerPhase>(input, { datacenterId: 'datacenter' });
      if (!wanted.ok) return wanted;
      const decided = decideSetPowerPhase(wanted.value, await seenBy(q, wanted.value.datacenterId), byOf(viewer));
      return outcome(decided, ({ next: { phase, before } }) => writeOf(phase, before?.generation), d => d.next.phase.id);
    },
    accept: async id => ({ __typename: 'PowerPhaseAccepted', powerPhase: await loadPowerPhase(viewer, id) }),
  });

/** Nothing, where it is already as it was to be. */
const writeOf = (phase: Parameters<typeof powerPhases.replace>[0], before: number | undefined) => {
  if (before === undefined) return powerPhases.insert([phase]);
  return before === phase.generation ? [] : powerPhases.replace(phase);
};

interface Answer {
  readonly datacenterId: DatacenterId;
  readonly created: number;
  readonly updated: number;
  readonly unchanged: number;
  readonly removed: number;
}

export const setPowerCalendar = (viewer: Viewer, input: SetPowerCalendarInput): Promise<object> =>
  mutate<Answer>(viewer, {
    policy: CALENDAR, type: 'dcim.powerphase.calendar', target: { kind: 'datacenter', id: input.datacenterId, datacenter: input.datacenterId }, input,
    decide: async q => {
      const wanted = created<SetPowerCalendar>({ ...input, phases: input.phases.map(withoutNulls) }, { datacenterId: 'datacenter' });
      if (!wanted.ok) return wanted;
      const { datacenterId } = wanted.value;
      return outcome(
        decideSetPowerCalendar(wanted.value, await seenBy(q, datacenterId), byOf(viewer)),
        ({ next }) => [...next.removed.map(powerPhases.remove), ...next.updated.map(powerPhases.replace), ...(next.created.length === 0 ? [] : [powerPhases.insert(next.created)])],
        ({ next }) => ({ datacenterId, created: next.created.length, updated: next.updated.length, unchanged: next.unchanged.length, removed: next.removed.length }),
      );
    },
    accept: async ({ datacenterId, ...counts }) => {
      const phases = await viewer.door.store.read(viewer.scope, async q => viewPowerPhases(q, await powerPhases.ofDatacenter(q, datacenterId)));
      return { __typename: 'PowerCalendarAccepted', powerPhases: phases.map(powerPhaseData), ...counts };
    },
  });

const withoutNulls = <T extends object>(row: T): T => Object.fromEntries(Object.entries(row).filter(([, v]) => v !== null)) as T;
