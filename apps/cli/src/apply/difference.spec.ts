import { expect, test } from 'vitest';
import { difference } from './difference.ts';

const rack = { id: 'rack_1', generation: 3, name: 'A01', maxPowerW: 150000, assumed: ['units'] };

test.each([
  ['an object the server does not have is created', { name: 'A02' }, undefined, { kind: 'create' }],
  ['the same values change nothing', { name: 'A01', maxPowerW: 150000, assumed: ['units'] }, rack, { kind: 'unchanged' }],
  ['only what differs is sent', { name: 'A01', maxPowerW: 60000, assumed: ['units'] }, rack, { kind: 'update', changed: { maxPowerW: 60000 } }],
  ['a field the file leaves out stays as it is', { name: 'A01' }, rack, { kind: 'unchanged' }],
  ['a field that cannot be updated is not compared', { name: 'other', maxPowerW: 150000 }, rack, { kind: 'unchanged' }],
  ['an instant spelt otherwise is the same instant', { name: 'A01', since: '2027-01-01T01:00:00+01:00' }, { ...rack, since: '2027-01-01T00:00:00.000Z' }, { kind: 'unchanged' }],
  ['another instant is another one', { name: 'A01', since: '2027-01-01T01:00:00Z' }, { ...rack, since: '2027-01-01T00:00:00.000Z' }, { kind: 'update', changed: { since: '2027-01-01T01:00:00Z' } }],
] as const)('%s', (_reason, wanted, found, expected) => {
  expect(difference(wanted, found, ['maxPowerW', 'assumed', 'since'])).toEqual(expected);
});
