import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { only } from './site.fixture.ts';
import type { Criterion, Fraction, Scores, Weights } from './model.ts';
import { CRITERIA } from './model.ts';
import type { Contender } from './sensitivity.ts';
import { dominates, sensitivity, smallestFlip, weightedSum } from './sensitivity.ts';

const scores = (over: Partial<Scores>): Scores => ({ ...only({}), ...over });
const words = ({ numerator, denominator }: Fraction): string => `${String(numerator)}/${String(denominator)}`;
const rangeOf = (criterion: Criterion, winner: Scores, rivals: Readonly<Record<string, Scores>>, weights: Weights) => {
  const range = sensitivity({ code: 'w', scores: winner }, Object.entries(rivals).map(([code, s]) => ({ code, scores: s })), weights).find(r => r.criterion === criterion);
  return range === undefined ? [] : [words(range.share), words(range.from), range.below ?? '-', words(range.to), range.above ?? '-'];
};

describe('how far a weight may move, as [share, from, who below, to, who above]', () => {
  const [staffed, cheap] = [scores({ STAFF: 1_000, PRICE: 500 }), scores({ STAFF: 500, PRICE: 1_000 })];
  it.each([
    { reason: 'two mirror images: level at one half', range: rangeOf('STAFF', staffed, { cheap }, only({ STAFF: 60, PRICE: 40 })), is: ['3/5', '1/2', 'cheap', '1/1', '-'] },
    { reason: 'the same, seen from the price', range: rangeOf('PRICE', staffed, { cheap }, only({ STAFF: 60, PRICE: 40 })), is: ['2/5', '0/1', '-', '1/2', 'cheap'] },
    { reason: 'level today: the share is the bound', range: rangeOf('STAFF', staffed, { cheap }, only({ STAFF: 50, PRICE: 50 })), is: ['1/2', '1/2', 'cheap', '1/1', '-'] },
    { reason: 'weights need not add up to a hundred', range: rangeOf('STAFF', staffed, { cheap }, only({ STAFF: 3, PRICE: 2 })), is: ['3/5', '1/2', 'cheap', '1/1', '-'] },
    { reason: 'a criterion on which all are equal changes nothing', range: rangeOf('LAW', staffed, { cheap }, only({ STAFF: 60, PRICE: 40 })), is: ['0/1', '0/1', '-', '1/1', '-'] },
    { reason: 'a third that no percentage hits: exact all the same', range: rangeOf('STAFF', scores({ STAFF: 1_000, PRICE: 700 }), { cheap: scores({ STAFF: 400, PRICE: 1_000 }) }, only({ STAFF: 1, PRICE: 1 })), is: ['1/2', '1/3', 'cheap', '1/1', '-'] },
    { reason: 'a weight on nothing else, given up to all the others alike', range: rangeOf('STAFF', staffed, { cheap }, only({ STAFF: 100 })), is: ['1/1', '1/6', 'cheap', '1/1', '-'] },
    {
      reason: 'one rival from below, another from above',
      range: rangeOf('CARBON', scores({ CARBON: 600, PRICE: 600 }), { clean: scores({ CARBON: 1_000 }), cheap: scores({ PRICE: 1_000 }) }, only({ CARBON: 1, PRICE: 1 })), is: ['1/2', '2/5', 'cheap', '3/5', 'clean'],
    },
    {
      reason: 'two rivals level at one share: the faster one is first beyond it',
      range: rangeOf('STAFF', scores({ STAFF: 800, PRICE: 800 }), { slow: scores({ STAFF: 700, PRICE: 900 }), fast: scores({ STAFF: 600, PRICE: 1_000 }) }, only({ STAFF: 3, PRICE: 1 })), is: ['3/4', '1/2', 'fast', '1/1', '-'],
    },
  ])('$reason', ({ range, is }) => { expect(range).toEqual(is); });
});

it('the criterion that flips the result soonest is named, with the direction and who wins', () => {
  const winner = { code: 'w', scores: scores({ STAFF: 1_000, PRICE: 500, CARBON: 900 }) };
  const rivals = [{ code: 'r', scores: scores({ STAFF: 600, PRICE: 1_000, CARBON: 1_000 }) }];
  expect(smallestFlip(sensitivity(winner, rivals, only({ STAFF: 60, PRICE: 30, CARBON: 10 })))).toEqual({
    criterion: 'PRICE', direction: 'MORE', at: { numerator: 23, denominator: 58 }, distance: { numerator: 14, denominator: 145 }, winner: 'r',
  });
});

describe('dominant: no weighting puts another first', () => {
  it.each([
    { reason: 'better everywhere', winner: scores({ STAFF: 1_000, PRICE: 1_000 }), rival: scores({ STAFF: 900, PRICE: 900 }), is: true },
    { reason: 'nowhere worse', winner: scores({ STAFF: 1_000, PRICE: 900 }), rival: scores({ STAFF: 900, PRICE: 900 }), is: true },
    { reason: 'worse by a thousandth on one', winner: scores({ STAFF: 1_000, PRICE: 899 }), rival: scores({ STAFF: 0, PRICE: 900 }), is: false },
  ])('$reason', ({ winner, rival, is }) => { expect(dominates({ code: 'w', scores: winner }, [{ code: 'r', scores: rival }])).toBe(is); });
});

describe('for any scores and weights', () => {
  const anyScores = fc.record(Object.fromEntries(CRITERIA.map(c => [c, fc.integer({ min: 0, max: 1_000 })])) as Record<Criterion, fc.Arbitrary<number>>);
  const anyWeights = fc.record(Object.fromEntries(CRITERIA.map(c => [c, fc.integer({ min: 0, max: 100 })])) as Record<Criterion, fc.Arbitrary<number>>).filter(w => CRITERIA.some(c => w[c] > 0));
  const ranked = (list: readonly Scores[], weights: Weights): readonly Contender[] =>
    list.map((s, n) => ({ code: String(n), scores: s })).sort((a, b) => weightedSum(b.scores, weights) - weightedSum(a.scores, weights));

  it('the winner is first at a share exactly when the share is in the range', () => {
    fc.assert(fc.property(fc.array(anyScores, { minLength: 2, maxLength: 4 }), anyWeights, fc.constantFrom(...CRITERIA), fc.integer({ min: 0, max: 1_000 }), (list, weights, criterion, milli) => {
      const [winner, ...rivals] = ranked(list, weights);
      const range = winner && sensitivity(winner, rivals, weights).find(r => r.criterion === criterion);
      if (winner === undefined || range === undefined) throw new Error('two sites were given');
      // The weighting that the share means, in integers: share/1000 on the criterion, the rest in today's proportions.
      const others = CRITERIA.filter(c => c !== criterion);
      const given = others.reduce((n, c) => n + weights[c], 0);
      const at = Object.fromEntries(CRITERIA.map(c => [c, c === criterion ? milli * (given === 0 ? 5 : given) : (1_000 - milli) * (given === 0 ? 1 : weights[c])])) as Weights;
      const first = rivals.every(r => weightedSum(winner.scores, at) >= weightedSum(r.scores, at));
      const inside = range.from.numerator * 1_000 <= milli * range.from.denominator && milli * range.to.denominator <= range.to.numerator * 1_000;
      expect(inside).toBe(first);
    }), { numRuns: 2_000 });
  });

  it('today\'s share is in every range', () => {
    fc.assert(fc.property(fc.array(anyScores, { minLength: 2, maxLength: 4 }), anyWeights, (list, weights) => {
      const [winner, ...rivals] = ranked(list, weights);
      for (const { share, from, to } of winner === undefined ? [] : sensitivity(winner, rivals, weights)) {
        expect(from.numerator * share.denominator <= share.numerator * from.denominator && share.numerator * to.denominator <= to.numerator * share.denominator).toBe(true);
      }
    }));
  });

  it('a dominant winner has no flip, and without a flip no single weight moves the result', () => {
    fc.assert(fc.property(fc.array(anyScores, { minLength: 2, maxLength: 4 }), anyWeights, (list, weights) => {
      const [winner, ...rivals] = ranked(list, weights);
      if (winner !== undefined && dominates(winner, rivals)) expect(smallestFlip(sensitivity(winner, rivals, weights))).toBeUndefined();
    }));
  });

  it('more weight where A beats B never helps B against A', () => {
    fc.assert(fc.property(anyScores, anyScores, anyWeights, fc.constantFrom(...CRITERIA), fc.integer({ min: 1, max: 100 }), (a, b, weights, criterion, more) => {
      const [better, worse] = a[criterion] >= b[criterion] ? [a, b] : [b, a];
      const raised = { ...weights, [criterion]: weights[criterion] + more };
      const lead = (w: Weights): number => weightedSum(better, w) - weightedSum(worse, w);
      expect(lead(raised)).toBeGreaterThanOrEqual(lead(weights));
    }));
  });
});
