import { at, fault, integer, oneOf } from '../core/check.ts';
import type { Faults, Instant, Problem, Result, Watts } from '../core/index.ts';
import { faults, no, ok } from '../core/index.ts';
import { usableW } from '../powernode/index.ts';
import type { PowerPhase, PowerPhaseState } from '../powerphase/model.ts';
import { POWER_PHASE_STATES } from '../powerphase/model.ts';
import { deliver } from './deliver.ts';
import { MAX_RACK_POWER_W } from '../rack/model.ts';
import type { Forecast, ForecastInterval, ForecastQuestion, MustBuild, SiteCapacity, SiteShape } from './model.ts';
import { SITE_RESOURCES } from './model.ts';
import type { Ground } from './room.ts';
import { cooledW, fitOf, groundOf, itWatts, leftOf, roomAt } from './room.ts';

/**
 * What fits on each date, and what must exist by then. The time asked for is cut wherever something begins or ends (phases, leases, reservations);
 * neighbours that say the same are one interval.
 */
export const capacityForecast = (site: SiteCapacity, q: ForecastQuestion): Forecast => {
  const list = faults([...(q.from < q.to ? [] : [reversed(q)]), ...integer(at('rackW'), q.rackW, 1, MAX_RACK_POWER_W)]);
  if (list !== undefined) return no(list);
  const ground = groundOf(site);
  const cuts = boundaries(site, q);
  const intervals = cuts.map((from, i) => intervalAt(ground, q, from, cuts[i + 1] ?? q.to));
  return ok(intervals.reduce<readonly ForecastInterval[]>(joined, []));
};

/** The shapes of these codes; all of them, by code, when none is named. */
export const wantedShapes = <S extends SiteShape>(all: readonly S[], codes: readonly string[] | undefined): Result<readonly S[], Faults> => {
  const known = all.map(s => s.code);
  const list = faults((codes ?? []).flatMap((c, n) => oneOf(at('shapes', n), c, known)));
  return list === undefined ? ok(all.filter(s => codes === undefined || codes.includes(s.code))) : no(list);
};

const reversed = ({ from, to }: ForecastQuestion): Problem => fault('INTERVAL_REVERSED', at('to'), { from, to });

/** Every instant of [from, to) at which something changes, `from` first. */
const boundaries = (site: SiteCapacity, { from, to }: ForecastQuestion): readonly Instant[] => {
  const moves = [...site.phases.flatMap(p => [p.from, ...(p.to === undefined ? [] : [p.to])]), ...site.holds.flatMap(h => [...(h.from === undefined ? [] : [h.from]), h.to])];
  return [from, ...new Set(moves.filter(m => from < m && m < to))].sort();
};

const inForce = (p: PowerPhase, t: Instant): boolean => p.from <= t && (p.to === undefined || t < p.to);
const surety = (s: PowerPhaseState): number => POWER_PHASE_STATES.indexOf(s);

/** The phase that gives the most at `t`; of two that give as much, the surer one. */
export const phaseAt = (phases: readonly PowerPhase[], t: Instant, atLeast: PowerPhaseState): PowerPhase | undefined =>
  phases.filter(p => inForce(p, t) && surety(p.state) >= surety(atLeast)).sort((a, b) => b.contractedW - a.contractedW || surety(b.state) - surety(a.state) || (a.id < b.id ? -1 : 1))[0];

const intervalAt = (ground: Ground, q: ForecastQuestion, from: Instant, to: Instant): ForecastInterval => {
  const { site } = ground;
  const phase = phaseAt(site.phases, from, q.atLeast);
  const contractedW = phase?.contractedW ?? 0;
  const itW = itWatts(contractedW, site.pueMilli);
  const room = roomAt(ground, from, itW);
  const [limiting] = [...leftOf(ground, room)].sort((a, b) => a.freeW - b.freeW || SITE_RESOURCES.indexOf(a.resource) - SITE_RESOURCES.indexOf(b.resource));
  return {
    from, to, ...(phase === undefined ? {} : { phase: { name: phase.name, state: phase.state } }), contractedW, energisedW: phaseAt(site.phases, from, 'ENERGISED')?.contractedW ?? 0,
    itW, committedItW: room.committedW, freeItW: room.phaseW, limiting: limiting ?? { resource: 'PHASE', freeW: room.phaseW },
    fits: q.shapes.map(s => fitOf(ground, room, s)), mustBuild: missing(ground, q.rackW, itW),
  };
};

/** Against the whole phase, not against what is free of it: what stands and is held uses racks, cold and cables too. */
const missing = ({ site, tree, standing }: Ground, rackW: Watts, itW: Watts): MustBuild => {
  const racksW = standing.reduce((n, g) => n + g.racks * g.limitW, 0);
  return {
    racks: Math.ceil(Math.max(0, itW - racksW) / rackW),
    racksPlanned: site.groups.filter(g => g.state === 'PLANNED').reduce((n, g) => n + g.racks, 0),
    coolingW: Math.max(0, itW - site.halls.reduce((n, h) => n + cooledW(h), 0)),
    distributionW: site.nodes.length === 0 ? null : Math.max(0, itW - deliver(tree, usableW, site.feedLossTolerated).watts),
  };
};

const joined = (list: readonly ForecastInterval[], next: ForecastInterval): readonly ForecastInterval[] => {
  const last = list.at(-1);
  if (last === undefined || said(last) !== said(next)) return [...list, next];
  return [...list.slice(0, -1), { ...last, to: next.to }];
};
const said = ({ from: _from, to: _to, ...rest }: ForecastInterval): string => JSON.stringify(rest);
