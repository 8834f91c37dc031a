import { describe, expect, it } from 'vitest';
import * as check from './check.ts';
import { at, shown } from './check.ts';
import { nearest } from './near.ts';

const FIELDS = ['hall', 'name', 'maxPowerW', 'coolingKind', 'coolingCapacityW'];

describe('what was probably meant', () => {
  it.each([
    { reason: 'a letter too many', word: 'maxPowerrW', known: FIELDS, meant: 'maxPowerW' },
    { reason: 'two letters swapped', word: 'maxPoewrW', known: FIELDS, meant: 'maxPowerW' },
    { reason: 'another way of writing', word: 'max_power_w', known: FIELDS, meant: 'maxPowerW' },
    { reason: 'the unit left out', word: 'maxPower', known: FIELDS, meant: 'maxPowerW' },
    { reason: 'lower case of an enum', word: 'cold-plate', known: ['AIR', 'COLD_PLATE'], meant: 'COLD_PLATE' },
    { reason: 'nothing is close', word: 'serial', known: FIELDS, meant: 'none' },
    { reason: 'a short word proposes nothing far', word: 'zz', known: ['AIR', 'EU'], meant: 'none' },
    { reason: 'nothing is known', word: 'hall', known: [], meant: 'none' },
    { reason: 'too long to be a slip', word: 'maxPowerW'.repeat(9), known: FIELDS, meant: 'none' },
  ])('$reason', ({ word, known, meant }) => { expect(nearest(word, known)).toBe(meant); });
});

describe('a value', () => {
  const place = at('racks', 3, 'maxPowerW');
  it.each([
    { reason: 'inside the bounds', found: check.integer(place, 1, 1, 5), said: [] },
    { reason: 'the upper bound counts', found: check.integer(place, 5, 1, 5), said: [] },
    { reason: 'one above', found: check.integer(place, 6, 1, 5), said: ['ABOVE_MAXIMUM'] },
    { reason: 'negative', found: check.integer(place, -1, 0, 5), said: ['BELOW_MINIMUM'] },
    { reason: 'a fraction', found: check.integer(place, 1.5, 0, 5), said: ['NOT_AN_INTEGER'] },
    { reason: 'blank text', found: check.text(place, ' ', 5), said: ['REQUIRED'] },
    { reason: 'text of two lines', found: check.text(place, 'a\nb', 5), said: ['BAD_FORMAT'] },
    { reason: 'text too long', found: check.text(place, 'abcdef', 5), said: ['TOO_LONG'] },
    { reason: 'a code with a capital', found: check.code(place, 'Fr'), said: ['BAD_FORMAT'] },
    { reason: 'a code of one letter', found: check.code(place, 'f'), said: ['BAD_FORMAT'] },
    { reason: 'a list that repeats itself', found: check.words(place, ['a', 'a'], ['a'], 1), said: ['DUPLICATE'] },
    { reason: 'a list that must not be empty', found: check.words(place, [], ['a'], 1), said: ['REQUIRED'] },
  ])('$reason', ({ found, said }) => { expect(found.map(f => f.code)).toEqual(said); });

  it('is named by its field, not by its index', () => {
    expect(check.integer(at('capitalChain', 2), -1, 0, 5)[0]).toMatchObject({ params: { field: 'capitalChain' }, path: ['capitalChain', '2'] });
  });
  it('is shown on one line and cut', () => { expect(shown(`a\u2028b${'c'.repeat(100)}`)).toBe(`a b${'c'.repeat(77)}…`); });
});
