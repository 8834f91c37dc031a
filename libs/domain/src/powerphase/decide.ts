import type { Decided } from '../audit/decision.ts';
import { notFound, unless } from '../audit/decision.ts';
import type { AuditFact } from '../audit/model.ts';
import type { Place } from '../core/check.ts';
import * as check from '../core/check.ts';
import { at, fault, within, wouldBreak } from '../core/check.ts';
import type { DatacenterId, Ids, Instant, PowerPhaseId, Problem } from '../core/index.ts';
import { problem } from '../core/index.ts';
import { changed } from '../core/patch.ts';
import type { Datacenter } from '../datacenter/model.ts';
import type { SiteDraw } from './calendar.ts';
import { contradictions, shortfall } from './calendar.ts';
import type { PowerPhase } from './model.ts';
import { POWER_PHASE_STATES } from './model.ts';

/** A phase as it is to be, whole: the name says which. */
export type PhaseRow = Omit<PowerPhase, 'id' | 'datacenterId' | 'generation'>;
export interface SetPowerPhase extends PhaseRow {
  readonly datacenterId: DatacenterId;
  /** Given: refused unless the phase is at it. Absent: whatever is there. */
  readonly generation?: number;
}
export interface SetPowerCalendar {
  readonly datacenterId: DatacenterId;
  /** All phases of the datacenter; one that is not named is gone afterwards. */
  readonly phases: readonly PhaseRow[];
}
/** Fields whose value may be an assumption. */
export const POWER_PHASE_FACTS = ['name', 'contractedW', 'state', 'from', 'to'] as const;
/** Ten gigawatts would be the largest consumer of a continent; the column holds two. */
const MAX_CONTRACT_W = 2_000_000_000;
const MAX_PHASES = 100;
const TERMS = ['contractedW', 'state', 'from', 'to', 'evidence', 'assumed'] as const;

/** What a calendar must not take away. */
export interface CalendarSeen {
  readonly datacenter: Datacenter | undefined;
  readonly regionCode: string;
  readonly phases: readonly PowerPhase[];
  readonly draw: SiteDraw;
}
interface By {
  readonly ids: Ids;
  readonly now: Instant;
}
/** What is written: `before` tells an update from a creation. */
export interface PhaseSet {
  readonly phase: PowerPhase;
  readonly before?: PowerPhase;
}

export const decideSetPowerPhase = (input: SetPowerPhase, seen: CalendarSeen, by: By): Decided<PhaseSet> => {
  const { datacenter, phases, regionCode } = seen;
  if (datacenter === undefined) return notFound('datacenter', input.datacenterId, 'datacenterId');
  const before = phases.find(p => p.name === input.name);
  if (input.generation !== undefined && input.generation !== before?.generation) {
    const told = { noun: 'phase', id: before?.id ?? check.shown(input.name), asked: input.generation, current: before?.generation ?? 0 };
    return unless([problem('STALE_GENERATION', told, { path: ['generation'] })], () => ({ next: { phase: phaseOf(input, datacenter.id, undefined, by.ids) }, events: [], audit: [] }));
  }
  const { datacenterId: _, generation: __, ...row } = input;
  const phase = phaseOf(row, datacenter.id, before, by.ids);
  const after = [...phases.filter(p => p !== before), phase];
  const wrong = [...facts(at(), row), ...tooMany(after.length)];
  const judged = wrong.length > 0 ? wrong : [...contradictions(after, () => at()), ...broken(seen, datacenter, after, by.now, at(changedTerm(before, phase)))];
  return unless(judged, () => ({
    next: { phase, ...(before === undefined ? {} : { before }) },
    events: [event(phase, regionCode, before === undefined ? 'created' : 'updated')],
    audit: [{ ...fact(phase, regionCode), change: changed(before ?? { ...phase, state: 'none' }, phase, ['contractedW', 'state', 'from', 'to', 'assumed'], ['state', 'from', 'to', 'assumed']) }],
  }));
};

export interface CalendarSet {
  readonly created: readonly PowerPhase[];
  readonly updated: readonly PowerPhase[];
  readonly unchanged: readonly PowerPhase[];
  readonly removed: readonly PowerPhase[];
}

/** The whole calendar at once: what is judged is where it ends, so no order of steps has to be found that is allowed at each step. */
export const decideSetPowerCalendar = (input: SetPowerCalendar, seen: CalendarSeen, by: By): Decided<CalendarSet> => {
  const { datacenter, regionCode } = seen;
  if (datacenter === undefined) return notFound('datacenter', input.datacenterId, 'datacenterId');
  const known = new Map(seen.phases.map(p => [p.name, p]));
  const after = input.phases.map(row => phaseOf(row, datacenter.id, known.get(row.name), by.ids));
  const placeOf = (phase: PowerPhase): Place => at('phases', after.indexOf(phase));
  const wrong = [
    ...tooMany(after.length), ...input.phases.flatMap((row, n) => facts(at('phases', n), row)),
    ...check.distinct(at('phases'), input.phases.map(p => p.name)).map(f => ({ ...f, path: [...(f.path ?? []), 'name'] })),
  ];
  const judged = wrong.length > 0 ? wrong : [...contradictions(after, placeOf), ...broken(seen, datacenter, after, by.now, at('phases'))];
  return unless(judged, () => {
    const created = after.filter(p => !known.has(p.name));
    const updated = after.filter(p => p.generation > (known.get(p.name)?.generation ?? p.generation));
    const unchanged = after.filter(p => !created.includes(p) && !updated.includes(p));
    const removed = seen.phases.filter(p => !after.some(a => a.id === p.id));
    return {
      next: { created, updated, unchanged, removed },
      events: [...created.map(p => event(p, regionCode, 'created')), ...updated.map(p => event(p, regionCode, 'updated')), ...removed.map(p => event(p, regionCode, 'removed'))],
      audit: [{
        type: 'dcim.powerphase.calendar', phase: 'completed', outcome: 'success',
        target: { kind: 'datacenter', id: datacenter.id, region: regionCode, datacenter: datacenter.id },
        numbers: { created: created.length, updated: updated.length, unchanged: unchanged.length, removed: removed.map(p => p.name) },
      }],
    };
  });
};

const phaseOf = (row: PhaseRow, datacenterId: DatacenterId, before: PowerPhase | undefined, ids: Ids): PowerPhase => {
  const id: PowerPhaseId = before?.id ?? ids.next('phase');
  const same = before !== undefined && TERMS.every(t => JSON.stringify(before[t]) === JSON.stringify(row[t]));
  return { ...row, id, datacenterId, generation: before === undefined ? 1 : before.generation + (same ? 0 : 1) };
};

const facts = (place: Place, p: PhaseRow): check.Found => [
  ...check.text(within(place, 'name'), p.name, 63),
  ...check.integer(within(place, 'contractedW'), p.contractedW, 1, MAX_CONTRACT_W),
  ...check.oneOf(within(place, 'state'), p.state, POWER_PHASE_STATES),
  ...(p.to !== undefined && p.to <= p.from ? [fault('INTERVAL_REVERSED', within(place, 'to'), { from: p.from, to: p.to })] : []),
  ...(p.evidence === undefined ? [] : [
    ...check.text(within(place, 'evidence', 'document'), p.evidence.document, 300),
    ...check.form(within(place, 'evidence', 'sha256'), p.evidence.sha256, /^[0-9a-f]{64}$/, '[0-9a-f]{64}'),
  ]),
  ...check.fields(within(place, 'assumed'), p.assumed, POWER_PHASE_FACTS),
];
const tooMany = (n: number): check.Found => (n <= MAX_PHASES ? [] : [fault('TOO_MANY_ROWS', at('phases'), { value: n, limit: MAX_PHASES })]);

/** What runs keeps its power: now, and for each lease until it ends. That alone is why a state may not go back, or an end come nearer. */
const broken = (seen: CalendarSeen, { pueMilli }: Datacenter, after: readonly PowerPhase[], now: Instant, place: Place): readonly Problem[] => {
  const short = shortfall({ phases: seen.phases, pueMilli }, { phases: after, pueMilli }, seen.draw, now);
  if (short === undefined) return [];
  const watts = place.path.at(-1) === 'contractedW';
  return [wouldBreak(place, short.at, short.running, watts ? { least: short.neededW } : {})];
};

/** The field that a person would have to take back. */
const changedTerm = (before: PowerPhase | undefined, next: PowerPhase): string => {
  if (before === undefined) return 'contractedW';
  if (before.state !== next.state) return 'state';
  if (next.contractedW < before.contractedW) return 'contractedW';
  return before.from < next.from ? 'from' : 'to';
};

const event = (p: PowerPhase, regionCode: string, verb: string) => ({ noun: 'phase', objectId: p.id, verb, regionCode });
const fact = (p: PowerPhase, regionCode: string): AuditFact => ({
  type: 'dcim.powerphase.set', phase: 'completed', outcome: 'success', target: { kind: 'phase', id: p.id, parent: p.datacenterId, region: regionCode, datacenter: p.datacenterId },
  numbers: { contractedW: p.contractedW },
});
