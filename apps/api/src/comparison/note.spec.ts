import { compareSites, type ComparisonInput } from '@cadastre/domain/comparison';
import { golden } from '@cadastre/testing/golden';
import { describe, expect, it } from 'vitest';
import { noteOf } from './note.ts';
import { occitanie } from './occitanie.fixture.ts';

const compared = (over: (input: ComparisonInput) => Partial<ComparisonInput> = () => ({})) => {
  const input = occitanie();
  const result = compareSites({ ...input, ...over(input) });
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
};

describe('Toulouse or Montpellier?', () => {
  it.each(['fr', 'en'] as const)('the note of the example, in %s', lang => { golden(`occitanie-${lang}`, noteOf(lang, compared())); });

  it('with health data, the law shuts both out: no site is certified', () => {
    golden('occitanie-health', noteOf('fr', compared(({ workload }) => ({ workload: { ...workload, legalScope: { ...workload.legalScope, dataClass: 'HEALTH' } } }))));
  });

  it('staff before connectivity, as was published, whatever the percentages: the same site while staff keeps its share', () => {
    const { winner, dominant, sensitivity } = compared();
    const staff = sensitivity.find(r => r.criterion === 'STAFF');
    expect([winner, dominant, staff?.below]).toEqual(['toulouse-1', false, 'montpellier-1']);
  });

  it('what the flip says is true: one percent beyond it the other site is first, one percent before it is not', () => {
    const { smallestFlip: flip, weights } = compared();
    if (flip === undefined) throw new Error('the example can flip');
    const total = Object.values(weights).reduce((a, b) => a + b, 0);
    // The criterion's share in hundredths of a percent, the others in proportion: all weights as integers out of the same whole.
    const at = (share: number) => compared(() => ({
      weights: Object.fromEntries(Object.entries(weights).map(([k, v]) => [k, k === flip.criterion ? share : Math.round((v * (100 - share)) / (total - weights[flip.criterion]))])) as ComparisonInput['weights'],
    })).winner;
    const bound = (flip.at.numerator * 100) / flip.at.denominator;
    const [beyond, before] = flip.direction === 'MORE' ? [Math.ceil(bound) + 1, Math.floor(bound) - 1] : [Math.floor(bound) - 1, Math.ceil(bound) + 1];
    expect([at(beyond), at(before)]).toEqual([flip.winner, 'toulouse-1']);
  });

  it('a name with a bar or a line end stays one cell of its table', () => {
    const note = noteOf('en', compared(({ sites }) => ({ sites: sites.map(s => ({ ...s, name: `${s.name} | x` })) })));
    expect(note).toContain('| Criterion | Weight | Toulouse \\| x | Montpellier \\| x |');
  });
});
