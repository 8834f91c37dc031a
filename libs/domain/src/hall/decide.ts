import type { Change, Decided } from '../audit/decision.ts';
import { alreadyExists, amended, current, notFound, unless } from '../audit/decision.ts';
import type { AuditFact } from '../audit/model.ts';
import * as check from '../core/check.ts';
import { at, wouldBreak } from '../core/check.ts';
import type { Faults, HallId, Ids, Problem, Result, Watts } from '../core/index.ts';
import type { Patch } from '../core/patch.ts';
import { changed } from '../core/patch.ts';
import type { Datacenter } from '../datacenter/model.ts';
import type { CoolingKind, Hall } from './model.ts';
import { COOLING_KINDS } from './model.ts';

export type CreateHall = Omit<Hall, 'id' | 'generation'>;
const CHANGEABLE = ['coolingKinds', 'coolingCapacityW', 'deratingPct', 'assumed'] as const;
type Changeable = (typeof CHANGEABLE)[number];
export interface UpdateHall extends Patch<Pick<Hall, Changeable>> {
  readonly id: HallId;
  readonly generation: number;
}
/** Fields whose value may be an assumption. */
export const HALL_FACTS = ['name', 'coolingKinds', 'coolingCapacityW', 'deratingPct'] as const;
/** A gigawatt: beyond it the unit was mistaken. */
const MAX_HALL_W = 1_000_000_000;

/** `taken`: the datacenter has a hall with this name. */
export const decideCreateHall = (
  input: CreateHall, seen: { readonly datacenter: Datacenter | undefined; readonly regionCode: string; readonly taken: boolean }, by: { readonly ids: Ids },
): Decided<Hall> => {
  if (seen.datacenter === undefined) return notFound('datacenter', input.datacenterId, 'datacenterId');
  const found = [...check.text(at('name'), input.name, 63), ...facts(input), ...(seen.taken ? [alreadyExists('hall', input.name, at('name'))] : [])];
  return unless(found, () => {
    const next: Hall = { ...input, id: by.ids.next('hall'), generation: 1 };
    return { next, events: [event(next, seen.regionCode, 'created')], audit: [fact(next, seen.regionCode, 'dcim.hall.create')] };
  });
};

/** A rack of a hall that is not retired, as the hall's cooling sees it. */
export interface CooledRack {
  readonly name: string;
  readonly coolingKind: CoolingKind;
  /** Watts that it draws, and so gives off, now. */
  readonly usedW: Watts;
}

/** Watts that the hall can carry off: nameplate less derating, rounded down. */
export const usableCoolingW = ({ coolingCapacityW, deratingPct }: Pick<Hall, 'coolingCapacityW' | 'deratingPct'>): Watts => Math.floor((coolingCapacityW * (100 - deratingPct)) / 100);

/** `racks`: those of the hall that are not retired. */
export const decideUpdateHall = (
  input: UpdateHall,
  seen: { readonly hall: Hall | undefined; readonly regionCode: string; readonly racks: readonly CooledRack[] },
): Result<Change<Hall, Changeable>, Faults> => {
  const found = current('hall', input, seen.hall, CHANGEABLE);
  if (!found.ok) return found;
  const amend = amended(found.value, input, CHANGEABLE);
  const { next } = amend;
  return unless([...facts(next), ...cooled(next, seen.racks), ...overheated(found.value, next, seen.racks)], () => ({
    ...amend,
    events: [event(next, seen.regionCode, 'updated')],
    audit: [{ ...fact(next, seen.regionCode, 'dcim.hall.update'), change: changed(found.value, next, CHANGEABLE, ['coolingKinds', 'assumed']) }],
  }));
};

const facts = (h: CreateHall): check.Found => [
  ...check.words(at('coolingKinds'), h.coolingKinds, COOLING_KINDS, 1),
  ...check.integer(at('coolingCapacityW'), h.coolingCapacityW, 1, MAX_HALL_W),
  ...check.integer(at('deratingPct'), h.deratingPct, 0, 100),
  ...check.fields(at('assumed'), h.assumed, HALL_FACTS),
];

/** A kind that a rack of the hall is cooled by cannot go. */
const cooled = (next: Hall, racks: readonly CooledRack[]): readonly Problem[] => {
  const left = racks.filter(r => !next.coolingKinds.includes(r.coolingKind));
  const kinds = [...new Set(left.map(r => r.coolingKind))];
  return left.length === 0 ? [] : [wouldBreak(at('coolingKinds'), kinds.join(', '), left.map(r => r.name))];
};

/** What draws power now goes on giving off heat. A hall that had too little before may be changed, as long as it does not get less. */
const overheated = (before: Hall, next: Hall, racks: readonly CooledRack[]): readonly Problem[] => {
  const usedW = racks.reduce((w, r) => w + r.usedW, 0);
  if (usableCoolingW(next) >= Math.min(usedW, usableCoolingW(before))) return [];
  const warm = racks.filter(r => r.usedW > 0).map(r => r.name);
  if (next.coolingCapacityW >= before.coolingCapacityW) return [wouldBreak(at('deratingPct'), next.deratingPct, warm)];
  return [wouldBreak(at('coolingCapacityW'), next.coolingCapacityW, warm, next.deratingPct === 100 ? {} : { least: Math.ceil((usedW * 100) / (100 - next.deratingPct)) })];
};

const event = (h: Hall, regionCode: string, verb: string) => ({ noun: 'hall', objectId: h.id, verb, regionCode });
const fact = (h: Hall, regionCode: string, type: AuditFact['type']): AuditFact => ({
  type, phase: 'completed', outcome: 'success', target: { kind: 'hall', id: h.id, parent: h.datacenterId, region: regionCode, datacenter: h.datacenterId },
});
