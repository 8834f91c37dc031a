import type { Place } from '../core/check.ts';
import { fault, shown, within } from '../core/check.ts';
import type { Instant, InstanceId, Problem, Watts } from '../core/index.ts';
import type { Draw } from '../powernode/tree.ts';
import type { PowerPhase } from './model.ts';

/** Only these fields of a phase give capacity or take it. */
export type PhaseTerms = Pick<PowerPhase, 'contractedW' | 'state' | 'from' | 'to'>;

const inForce = ({ from, to }: PhaseTerms, at: Instant): boolean => from <= at && (to === undefined || at < to);

/** Facility watts that the site may draw at an instant: the greatest among the ENERGISED phases in force, 0 without any. */
export const contractAt = (phases: readonly PhaseTerms[], at: Instant): Watts =>
  phases.reduce((most, p) => (p.state === 'ENERGISED' && inForce(p, at) ? Math.max(most, p.contractedW) : most), 0);

/** IT watts that a contract lets through at a PUE, rounded down: IT × PUE is what the meter at the grid sees. */
export const itLimitW = (contractedW: Watts, pueMilli: number): Watts => Math.floor((contractedW * 1_000) / pueMilli);
/** The contract that IT watts need at a PUE, rounded up. */
export const facilityW = (itW: Watts, pueMilli: number): Watts => Math.ceil((itW * pueMilli) / 1_000);

/** Instants strictly between the two, in order, at which what ENERGISED phases give may change. Between two of them it is constant. */
export const boundaries = (phases: readonly PhaseTerms[], from: Instant, to?: Instant): readonly Instant[] => {
  const all = phases.filter(p => p.state === 'ENERGISED').flatMap(p => [p.from, ...(p.to === undefined ? [] : [p.to])]);
  return [...new Set(all)].filter(at => from < at && (to === undefined || at < to)).sort();
};

const binds = ({ state }: PhaseTerms): boolean => state === 'CONTRACTED' || state === 'ENERGISED';
const overlap = (a: PhaseTerms, b: PhaseTerms): boolean => (b.to === undefined || a.from < b.to) && (a.to === undefined || b.from < a.to);

/**
 * Two contracts for one instant of which the later one has fewer watts: nobody could say which holds. The greater one holds where the later is the greater,
 * because that is what growing means; a contract that shrinks ends the one before it.
 */
export const contradictions = (phases: readonly PowerPhase[], placeOf: (phase: PowerPhase) => Place): readonly Problem[] => {
  const bound = phases.filter(binds).sort((a, b) => (a.from < b.from ? -1 : a.from > b.from ? 1 : b.contractedW - a.contractedW));
  return bound.flatMap((later, n) => {
    const before = bound.slice(0, n).find(b => overlap(b, later) && b.contractedW > later.contractedW);
    if (before === undefined) return [];
    return [fault('PHASES_CONTRADICT', within(placeOf(later), 'contractedW'), { phase: shown(later.name), value: later.contractedW, at: later.from, other: shown(before.name), limit: before.contractedW })];
  });
};

/** Watts that an instance holds until its lease ends. */
export interface Leased {
  readonly instanceId: InstanceId;
  readonly watts: Watts;
  readonly leaseEnd: Instant;
}
/** What a site draws: all of it now, and how long its leases hold their part. */
export interface SiteDraw {
  /** Idle watts of all machines, and watts of all claims. */
  readonly usedW: Watts;
  readonly leases: readonly Leased[];
  /** Racks that draw anything, by name: what is told when nothing is leased. */
  readonly racks: readonly string[];
}

export const siteDrawOf = (draws: readonly Draw[], leases: readonly Leased[]): SiteDraw => ({
  usedW: draws.reduce((w, d) => w + d.usedW, 0), racks: draws.filter(d => d.usedW > 0).map(d => d.name), leases,
});

/** Now everything draws. At a later instant the leases that run then, on machines that idle; without one nothing is promised, and machines can be switched off. */
const drawAt = ({ usedW, leases }: SiteDraw, at: Instant, now: Instant): Watts => {
  if (at <= now) return usedW;
  const running = leases.filter(l => l.leaseEnd > at);
  const idleW = usedW - leases.reduce((w, l) => w + l.watts, 0);
  return running.length === 0 ? 0 : running.reduce((w, l) => w + l.watts, idleW);
};

export interface Contract {
  readonly phases: readonly PhaseTerms[];
  readonly pueMilli: number;
}
/** The first instant from which a change leaves less than what runs needs, and less than it had. */
export interface Shortfall {
  readonly at: Instant;
  /** Facility watts that would have to be in force. */
  readonly neededW: Watts;
  /** Instances whose lease goes on then; racks when there are none. */
  readonly running: readonly string[];
}

export const shortfall = (before: Contract, after: Contract, draw: SiteDraw, now: Instant): Shortfall | undefined => {
  const short = ({ phases, pueMilli }: Contract, at: Instant): Watts => Math.max(0, drawAt(draw, at, now) - itLimitW(contractAt(phases, at), pueMilli));
  // Draw only shrinks between two boundaries: their starts are the worst instants.
  const at = [now, ...boundaries([...before.phases, ...after.phases], now)].find(i => short(after, i) > short(before, i));
  if (at === undefined) return undefined;
  const leased = draw.leases.filter(l => at <= now || l.leaseEnd > at).map(l => l.instanceId);
  return { at, neededW: facilityW(drawAt(draw, at, now), after.pueMilli), running: leased.length > 0 ? leased : draw.racks };
};
