import { describe, expect, it } from 'vitest';
import { canonicalJson, firstDifference } from './canonical.ts';

describe('the text of a value', () => {
  it.each([
    { reason: 'sorts members at every depth', value: { b: 1, a: [{ d: 'x', c: null }] }, text: '{"a":[{"c":null,"d":"x"}],"b":1}' },
    { reason: 'keeps the order of a list', value: [3, 1, 2], text: '[3,1,2]' },
    { reason: 'leaves out what is undefined', value: { a: undefined, b: false }, text: '{"b":false}' },
  ])('$reason', ({ value, text }) => { expect(canonicalJson(value)).toBe(text); });
});

describe('two values part ways', () => {
  const placed = { outcome: 'PLACED', placements: [{ machineId: 'm1', watts: 100 }] };
  it.each([
    { reason: 'nowhere, whatever the order of their members', right: { placements: [{ watts: 100, machineId: 'm1' }], outcome: 'PLACED' }, first: undefined },
    { reason: 'in a member of a member', right: { ...placed, placements: [{ machineId: 'm2', watts: 101 }] }, first: { path: 'placements[0].machineId', left: '"m1"', right: '"m2"' } },
    { reason: 'where one has more', right: { ...placed, placements: [...placed.placements, 1] }, first: { path: 'placements[1]', left: undefined, right: '1' } },
    { reason: 'where one lacks a member', right: { placements: placed.placements }, first: { path: 'outcome', left: '"PLACED"', right: undefined } },
    { reason: 'in what they are', right: null, first: { path: '', left: canonicalJson(placed), right: 'null' } },
  ])('$reason', ({ right, first }) => { expect(firstDifference(placed, right)).toEqual(first); });
});
