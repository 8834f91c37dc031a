import type { Watts } from '../core/index.ts';
import type { Sheddable, SheddingPlan, SheddingPolicy, SheddingReason, SheddingStep } from './model.ts';

export const SHEDDING_POLICY: SheddingPolicy = { stages: ['TRIAL', 'PILOT', 'PRODUCTION'], purposes: ['TRAINING', 'MIXED', 'INFERENCE'], includeProduction: false, noticeSeconds: 120 };

/** IT watts of the site at the target's beginning, and what a facility watt is. */
export interface SiteDraw {
  readonly itW: Watts;
  readonly pueMilli: number;
}

/**
 * Who gives way so that the site draws at most `targetW`. Interruptible work first, the most recent first; then by the policy's stages, then its purposes, the most
 * recent first. Never more than needed: no step could be left out and the target still be met.
 */
export const planShedding = (site: SiteDraw, instances: readonly Sheddable[], targetW: Watts, policy: SheddingPolicy): SheddingPlan => {
  const willing = instances.filter(i => !isProtected(i, policy));
  const spared = instances.filter(i => isProtected(i, policy));
  const needed = fewest(site, [...willing].sort((a, b) => order(a, b, policy)), targetW);
  const steps: SheddingStep[] = [];
  let itW = site.itW;
  for (const i of needed) {
    itW -= i.watts;
    steps.push({ instanceId: i.instanceId, tenantId: i.tenantId, why: whyOf(i), purpose: i.purpose, gpus: i.gpus, watts: i.watts, expectedW: facilityW(itW, site.pueMilli) });
  }
  const expectedW = facilityW(itW, site.pueMilli);
  return {
    beforeW: facilityW(site.itW, site.pueMilli), steps, expectedW, shortfallW: Math.max(0, expectedW - targetW),
    spared: { instances: spared.length, watts: spared.reduce((n, i) => n + i.watts, 0) },
  };
};

/** IT watts as the contract counts them: rounded up, so that a target is met and not almost met. */
export const facilityW = (itW: Watts, pueMilli: number): Watts => Math.ceil((itW * pueMilli) / 1000);

const isProtected = (i: Sheddable, policy: SheddingPolicy): boolean =>
  !policy.includeProduction && i.stage === 'PRODUCTION' && (i.tenantClass === 'PUBLIC_BODY' || i.dataClass === 'HEALTH');

const order = (a: Sheddable, b: Sheddable, policy: SheddingPolicy): number => {
  if (a.interruptible !== b.interruptible) return a.interruptible ? -1 : 1;
  const rank = (i: Sheddable): number => (i.interruptible ? 0 : policy.stages.indexOf(i.stage) * policy.purposes.length + policy.purposes.indexOf(i.purpose));
  return rank(a) - rank(b) || descending(a.createdAt, b.createdAt) || descending(a.instanceId, b.instanceId);
};
const descending = (a: string, b: string): number => (a < b ? 1 : a > b ? -1 : 0);

type Drawing = Pick<Sheddable, 'watts'>;

/**
 * Of a list in the order in which it gives way: those who have to, so that the site draws at most `targetW`; everybody when that is not enough. When some of them
 * have gone, the same question about the others names the rest of them and nobody new.
 */
export const fewest = <I extends Drawing>(site: SiteDraw, list: readonly I[], targetW: Watts): readonly I[] => withoutNeedless(site, enough(site, list, targetW), targetW);

/** The shortest beginning of the list that meets the target; all of it when none does. An instance that draws nothing helps nobody. */
const enough = <I extends Drawing>(site: SiteDraw, list: readonly I[], targetW: Watts): readonly I[] => {
  const out: I[] = [];
  let itW = site.itW;
  for (const i of list) {
    if (facilityW(itW, site.pueMilli) <= targetW) break;
    if (i.watts === 0) continue;
    out.push(i);
    itW -= i.watts;
  }
  return out;
};

/** The last pick may be so large that earlier ones were not needed. Those that give way least willingly are let off first. */
const withoutNeedless = <I extends Drawing>(site: SiteDraw, picked: readonly I[], targetW: Watts): readonly I[] => {
  let itW = site.itW - picked.reduce((n, i) => n + i.watts, 0);
  if (facilityW(itW, site.pueMilli) > targetW) return picked;
  const kept: I[] = [];
  for (const i of picked.toReversed()) {
    if (facilityW(itW + i.watts, site.pueMilli) <= targetW) itW += i.watts;
    else kept.push(i);
  }
  return kept.reverse();
};

const whyOf = (i: Sheddable): SheddingReason => (i.interruptible ? 'INTERRUPTIBLE' : i.stage);
