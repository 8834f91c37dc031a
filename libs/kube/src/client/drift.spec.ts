import { describe, expect, it } from 'vitest';
import { canonical, drift, matches, quantity, renderSelector } from './index.ts';

describe('drift', () => {
  it.each([
    ['the same', { a: 1 }, { a: 1 }, []],
    ['fields of others are not ours to compare', { a: 1 }, { a: 1, b: 2 }, []],
    ['another value', { spec: { a: 1 } }, { spec: { a: 2 } }, ['.spec.a']],
    ['a missing field', { spec: { a: 'x' } }, {}, ['.spec.a']],
    ['a quantity in another notation', { cpu: '0.5', memory: '1024Mi', n: 8 }, { cpu: '500m', memory: '1Gi', n: '8' }, []],
    ['another quantity', { cpu: '0.5' }, { cpu: '501m' }, ['.cpu']],
    ['an empty list that the server dropped', { ingress: [], labels: {} }, {}, []],
    ['a list by key, in another order and with more', { containers: [{ name: 'a', image: '1' }] }, { containers: [{ name: 'b' }, { name: 'a', image: '1', x: 1 }] }, []],
    ['an item of a list by key', { containers: [{ name: 'a', image: '1' }] }, { containers: [{ name: 'a', image: '2' }] }, ['.containers[name=a].image']],
    ['a plain list with more', { args: ['a'] }, { args: ['a', 'b'] }, ['.args']],
    ['what a Secret never shows', { stringData: { a: '1' } }, { data: { a: 'MQ==' } }, []],
  ] as const)('%s', (_what, wanted, seen, want) => { expect(drift(wanted, seen)).toEqual(want); });
});

it.each([['1', 1], ['500m', 0.5], ['1Gi', 2 ** 30], ['1e3', 1000], ['1E', 1e18], ['.5', 0.5], ['-2k', -2000], [8, 8], ['x', undefined], ['1 Gi', undefined], ['', undefined]])(
  'the quantity %s is %s', (text, want) => { expect(quantity(text)).toBe(want); });

it('equal meaning gives equal bytes', () => {
  expect(canonical({ b: [1, undefined, { d: 1, c: undefined }], a: 'é' })).toBe('{"a":"é","b":[1,null,{"d":1}]}');
});

it.each([
  [{ b: 'x', a: ['1', '2'], c: true, d: false }, 'a in (1,2),b=x,c,!d'],
  [{}, ''],
])('renders a selector', (selector, want) => { expect(renderSelector(selector)).toBe(want); });

it('a missing label is not equal to an empty one', () => {
  expect([matches({ a: '' }, {}), matches({ a: '' }, { a: '' }), matches(undefined, undefined)]).toEqual([false, true, true]);
});
