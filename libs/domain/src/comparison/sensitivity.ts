import type { Criterion, Flip, Fraction, Scores, WeightRange, Weights } from './model.ts';
import { CRITERIA } from './model.ts';
import { sum } from './measure.ts';

/**
 * Exact rationals over integers: weights are at most 100 and scores at most 1000, so that with six criteria every product below stays under 10¹³,
 * far from 2⁵³. A sampled answer ("between 30 and 35 %") would be wrong exactly where the two sites are level, which is where it is read.
 */
export const fraction = (numerator: number, denominator: number): Fraction => {
  const sign = denominator < 0 ? -1 : 1;
  const divisor = gcd(Math.abs(numerator), Math.abs(denominator));
  return { numerator: (sign * numerator) / divisor + 0, denominator: (sign * denominator) / divisor };
};
const gcd = (a: number, b: number): number => (b === 0 ? a : gcd(b, a % b));
export const lessThan = (a: Fraction, b: Fraction): boolean => a.numerator * b.denominator < b.numerator * a.denominator;
const minus = (a: Fraction, b: Fraction): Fraction => fraction(a.numerator * b.denominator - b.numerator * a.denominator, a.denominator * b.denominator);

export interface Contender {
  readonly code: string;
  readonly scores: Scores;
}

export const weightedSum = (scores: Scores, weights: Weights): number => sum(CRITERIA.map(c => weights[c] * scores[c]));

const ZERO: Fraction = { numerator: 0, denominator: 1 };
const ONE: Fraction = { numerator: 1, denominator: 1 };

/** For each criterion, the shares for which the winner stays first when the others keep their proportions to one another. */
export const sensitivity = (winner: Contender, rivals: readonly Contender[], weights: Weights): readonly WeightRange[] =>
  CRITERIA.map(criterion => {
    const bounds = rivals.map(rival => ({ rival: rival.code, ...bound(winner, rival, criterion, weights) }));
    const low = furthest(bounds.flatMap(b => (b.side === 'FROM' ? [b] : [])), (a, b) => tighter(b, a, a, b));
    const high = furthest(bounds.flatMap(b => (b.side === 'TO' ? [b] : [])), (a, b) => tighter(a, b, a, b));
    return {
      criterion, share: fraction(weights[criterion], total(weights)), from: low?.at ?? ZERO, to: high?.at ?? ONE,
      ...(low === undefined ? {} : { below: low.rival }), ...(high === undefined ? {} : { above: high.rival }),
    };
  });

interface Root {
  readonly at: Fraction;
  /** How fast the rival gains beyond it, on one scale for all rivals. */
  readonly gain: number;
}
type Bound = { readonly side: 'NONE' } | ({ readonly side: 'FROM' | 'TO' } & Root);

/** Of two rivals that draw level at one share, the faster one comes first beyond it. */
const tighter = (small: Root, large: Root, a: Root, b: Root): boolean => lessThan(small.at, large.at) || (!lessThan(large.at, small.at) && a.gain > b.gain);

/**
 * With a share t on the criterion and 1 − t over the others in today's proportions, the lead of the winner is linear in t:
 * lead(t) = t·d + (1 − t)·R, where d is its lead on the criterion and R = S / V its mean lead on the others. Times V: S + t·(d·V − S).
 * The root is S / (S − d·V); it bounds the share from below where the lead grows with t, from above where it shrinks. Where the criterion is
 * all there is, nothing says how the others would share what it gives up: equally, then.
 */
const bound = (winner: Contender, rival: Contender, criterion: Criterion, weights: Weights): Bound => {
  const others = CRITERIA.filter(c => c !== criterion);
  const given = sum(others.map(c => weights[c]));
  const weight = (c: Criterion): number => (given === 0 ? 1 : weights[c]);
  const lead = (c: Criterion): number => winner.scores[c] - rival.scores[c];
  const v = sum(others.map(weight));
  const s = sum(others.map(c => weight(c) * lead(c)));
  const slope = lead(criterion) * v - s;
  if (slope === 0) return { side: 'NONE' };
  const [at, gain] = [fraction(-s, slope), Math.abs(slope)];
  // At 0 and at 1 there is nothing beyond: level there is first everywhere.
  return slope > 0 ? (lessThan(ZERO, at) ? { side: 'FROM', at, gain } : { side: 'NONE' }) : lessThan(at, ONE) ? { side: 'TO', at, gain } : { side: 'NONE' };
};

const total = (weights: Weights): number => sum(CRITERIA.map(c => weights[c]));
const furthest = <T>(list: readonly T[], binds: (a: T, b: T) => boolean): T | undefined => list.reduce<T | undefined>((best, x) => (best === undefined || binds(x, best) ? x : best), undefined);

/** The least that one weight has to move for another site to come first; the first of the criteria where two are as near. */
export const smallestFlip = (ranges: readonly WeightRange[]): Flip | undefined => {
  const flips = ranges.flatMap(({ criterion, share, from, to, below, above }): readonly Flip[] => [
    ...(below === undefined ? [] : [{ criterion, direction: 'LESS' as const, at: from, distance: minus(share, from), winner: below }]),
    ...(above === undefined ? [] : [{ criterion, direction: 'MORE' as const, at: to, distance: minus(to, share), winner: above }]),
  ]);
  return furthest(flips, (a, b) => lessThan(a.distance, b.distance));
};

/** No worse than any rival on any criterion: no weighting puts another first. */
export const dominates = (winner: Contender, rivals: readonly Contender[]): boolean => rivals.every(r => CRITERIA.every(c => winner.scores[c] >= r.scores[c]));
