import type { Counterfactual, Refusal } from '@cadastre/domain/capacity';
import type { DatacenterId, ShapeId } from '@cadastre/domain/core';
import { describe, expect, it } from 'vitest';
import { remedyData, suggestionOf } from './remedy.ts';
import { reasonData } from './verdict.ts';

const [shapeId, datacenterId] = ['shape_1' as ShapeId, 'datacenter_1' as DatacenterId];
const names = { shapes: new Map([[shapeId, { code: 'h200-8' }]]), datacenters: new Map([[datacenterId, { code: 'valence-1' }]]) };
const as = (lang: 'fr' | 'en', name: 'tenant' | 'provider') => ({ lang, door: { name } });
const told = (c: Counterfactual, lang: 'fr' | 'en' = 'fr', door: 'tenant' | 'provider' = 'tenant') => remedyData(as(lang, door), c, names, '2026-11-24T10:00:00.000Z');

describe('what would do instead, as an order to the reader', () => {
  it.each<[Counterfactual, string, string]>([
    [{ change: 'FEWER', count: 3 }, 'demandez-en 3', 'ask for 3'],
    [{ change: 'FEWER', count: 1 }, 'demandez-en une seule', 'ask for one only'],
    [{ change: 'OTHER_SHAPE', shapeId }, 'prenez la forme h200-8', 'take shape h200-8'],
    [{ change: 'OTHER_SITE', datacenterId }, 'prenez le site valence-1', 'take site valence-1'],
    [{ change: 'WIDER_TOPOLOGY', level: 'ROW' }, 'acceptez la topologie ROW', 'accept topology ROW'],
    [{ change: 'LATER', at: '2027-06-01T00:00:00.000Z', because: 'PHASE_ENERGISED' }, 'attendez le 1er juin 2027, quand une phase électrique de plus sera en service', 'wait until June 1, 2027, when one more power phase is energised'],
    [{ change: 'LATER', at: '2027-05-31T22:00:00.000Z', because: 'CERTIFICATION_BEGINS' }, 'attendez le 31 mai 2027, 22:00 UTC, quand la certification sera en vigueur', 'wait until May 31, 2027, 22:00 UTC, when the certification is in force'],
    [{ change: 'SHORTER', leaseEnd: '2027-06-01T00:00:00.000Z' }, 'finissez le bail le 1er juin 2027', 'end the lease on June 1, 2027'],
  ])('%j', (c, fr, en) => {
    expect([told(c).sentence, told(c, 'en').sentence]).toEqual([fr, en]);
  });
});

describe('a date that others decide', () => {
  it.each<[string, Counterfactual, string, 'tenant' | 'provider']>([
    ['a lease of theirs ends: the midnight after it', { change: 'LATER', at: '2027-06-01T09:15:00.000Z', because: 'LEASES_END' }, '2027-06-02T00:00:00.000Z', 'tenant'],
    ['a reservation of theirs ends at midnight: that one', { change: 'LATER', at: '2027-06-01T00:00:00.000Z', because: 'RESERVATION_ENDS' }, '2027-06-01T00:00:00.000Z', 'tenant'],
    ['the operator reads the minute', { change: 'LATER', at: '2027-06-01T09:15:00.000Z', because: 'LEASES_END' }, '2027-06-01T09:15:00.000Z', 'provider'],
    ['a phase is the operator\'s own: to the minute for everybody', { change: 'LATER', at: '2027-06-01T09:15:00.000Z', because: 'PHASE_ENERGISED' }, '2027-06-01T09:15:00.000Z', 'tenant'],
    ['what ends before a reservation of theirs: the midnight before it', { change: 'SHORTER', leaseEnd: '2027-06-01T09:15:00.000Z' }, '2027-06-01T00:00:00.000Z', 'tenant'],
    ['but never before the order begins', { change: 'SHORTER', leaseEnd: '2026-11-24T12:00:00.000Z' }, '2026-11-24T12:00:00.000Z', 'tenant'],
  ])('%s', (_, c, is, door) => {
    const data = told(c, 'fr', door);
    expect(data.at ?? data.leaseEnd).toBe(is);
  });
});

describe('a suggestion', () => {
  const fewer = told({ change: 'FEWER', count: 3 });
  it.each([
    ['names the smallest change', [fewer, told({ change: 'OTHER_SHAPE', shapeId })], false, 'Demandez-en 3.'],
    ['says that waiting is in vain', [fewer], true, 'Demandez-en 3. Attendre n’y changera rien : aucune date déclarée et aucune fin de bail ne le rendrait possible.'],
    ['or only that', [], true, 'Attendre n’y changera rien : aucune date déclarée et aucune fin de bail ne le rendrait possible.'],
    ['or leaves it to the words of the problem', [], false, undefined],
  ])('%s', (_, remedies, forEver, is) => {
    expect(suggestionOf('fr', remedies, { forEver })).toBe(is);
  });

  it.each([
    { lang: 'fr', yields: { instances: 1, noticeSeconds: 120 }, is: 'Une instance cède la place : renvoyez la commande dans 120 secondes, sous une autre idempotencyKey. Prenez le site valence-1.' },
    { lang: 'en', yields: { instances: 12, noticeSeconds: 1 }, is: '12 instances give way: send the order again in one second, under another idempotencyKey. Take site valence-1.' },
  ] as const)('says first that others give way: $is', ({ lang, yields, is }) => {
    expect(suggestionOf(lang, [told({ change: 'OTHER_SITE', datacenterId }, lang)], { forEver: false, yields })).toBe(is);
  });
});

describe('a reason', () => {
  const power: Refusal = { reason: 'POWER_FEED_N_MINUS_1', candidates: 4, params: { what: 'FEED', name: 'TGBT-B', askedW: 8_000, freeW: 2_500, limitW: 1_000_000, blockedMachines: 4, at: '2027-06-01T00:00:00.000Z' } };
  it('has every number for the operator', () => {
    expect(reasonData(as('fr', 'provider'), power).message.replaceAll(/\s/gu, ' ')).toBe('après la perte d’une voie, TGBT-B ne suffirait pas : la suivante demande 8 000 W et il resterait 2 500 W sur 1 000 000 W');
    expect(reasonData(as('en', 'provider'), power).numbers.map(n => n.name)).toEqual(['askedW', 'blockedMachines', 'freeW', 'limitW']);
  });
  it('has the watts for the tenant, and nothing of which node it is, or when', () => {
    const data = reasonData(as('en', 'tenant'), power);
    expect(data.message).toBe('after the loss of one feed the power would not suffice: the next needs 8,000 W and 2,500 W would be left of 1,000,000 W');
    expect(data.numbers.map(n => n.name)).toEqual(['askedW', 'blockedMachines', 'freeW', 'limitW']);
    expect(JSON.stringify(data)).not.toMatch(/TGBT|2027/);
  });
  it('does not count for the tenant what is promised to others', () => {
    const reserved: Refusal = { reason: 'RESERVED_FOR_OTHERS', candidates: 5, params: { asked: 4, free: 8, open: 3, reserved: 5 } };
    expect(reasonData(as('en', 'tenant'), reserved)).toEqual({ reason: 'RESERVED_FOR_OTHERS', candidates: 0, message: '4 asked; 3 would fit without what is reserved in that time', numbers: [{ name: 'asked', value: 4 }, { name: 'open', value: 3 }] });
    expect(reasonData(as('en', 'provider'), reserved)).toMatchObject({ candidates: 5, message: '4 asked; 3 would fit, 5 more are promised to reservations in that time' });
  });
  it('tells nothing of a parameter that nobody has judged yet', () => {
    expect(reasonData(as('en', 'tenant'), { ...power, params: { ...power.params, tenantOfTheRack: 7 } }).numbers.map(n => n.name)).not.toContain('tenantOfTheRack');
  });
});
