import { describe, expect, it } from 'vitest';
import { unrefused } from './canary.mjs';

const RULES = ['no-cycles', 'sibling-nouns'];
const EXPECTED = new Map<string, readonly string[]>([['a.ts', ['no-cycles']], ['b.ts', ['sibling-nouns']], ['c.ts', []]]);
const BITES = [{ rule: 'no-cycles', from: 'a.ts' }, { rule: 'sibling-nouns', from: 'b.ts' }];

describe('the canary', () => {
  it('is content when every rule bites where it must', () => {
    expect(unrefused(EXPECTED, BITES, RULES)).toEqual([]);
  });

  it.each([
    ['a rule has stopped biting', EXPECTED, BITES.slice(1), RULES, 'was not refused, although it must be: no-cycles a.ts'],
    ['a rule bites the innocent', EXPECTED, [...BITES, { rule: 'no-cycles', from: 'c.ts' }], RULES, 'was refused, although the canary does not say so: no-cycles c.ts'],
    ['a rule has no file', EXPECTED, BITES, [...RULES, 'new-rule'], 'no file of the canary breaks the rule new-rule: add one'],
  ])('dies when %s', (_case, expected, bites, rules, sentence) => {
    expect(unrefused(expected, bites, rules)).toEqual([sentence]);
  });
});
