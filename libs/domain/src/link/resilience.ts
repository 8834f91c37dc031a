import type { CarrierId, Problem } from '../core/index.ts';
import { problem } from '../core/index.ts';
import type { Link } from './model.ts';

type Lit = Pick<Link, 'carrierId' | 'toDatacenterId' | 'capacityMbps'>;

export interface Resilience {
  /** Carriers that lead to the outside, each once, in the order of their ids. */
  readonly carrierIds: readonly CarrierId[];
  /** Megabits a second to the outside, over all of them. */
  readonly capacityMbps: number;
  /** What is left when the carrier that carries most is lost. */
  readonly capacityAfterLossMbps: number;
  /** What the operator should know; empty when two carriers or more lead outside. */
  readonly warnings: readonly Problem[];
}

/** Below this, one trench or one invoice dispute cuts the site off. */
export const CARRIERS_WANTED = 2;

/**
 * How well a datacenter is tied to the outside. A link to another datacenter does not count, nor one that is not lit: whether the far site
 * has a way out of its own is that site's question, and two sites that lean on each other would both look safe.
 */
export const resilienceOf = (links: readonly Lit[]): Resilience => {
  const outside = links.filter(l => l.toDatacenterId === undefined && l.capacityMbps > 0);
  const carrierIds = [...new Set(outside.map(l => l.carrierId))].sort();
  const over = (id: CarrierId): number => outside.filter(l => l.carrierId === id).reduce((sum, l) => sum + l.capacityMbps, 0);
  const capacityMbps = outside.reduce((sum, l) => sum + l.capacityMbps, 0);
  return {
    carrierIds, capacityMbps, capacityAfterLossMbps: capacityMbps - Math.max(0, ...carrierIds.map(over)),
    warnings: carrierIds.length < CARRIERS_WANTED ? [problem('TOO_FEW_CARRIERS', { have: carrierIds.length, limit: CARRIERS_WANTED })] : [],
  };
};
