import { describe, expect, test } from 'vitest';
import { parseProgramme } from './file.ts';
import { sameQuota } from './quotas.ts';

const limits = [{ dimension: 'GPU', nominal: 8, borrowingLimit: 2 }, { dimension: 'WATTS', nominal: 90_000 }];
const budgets = [{ dimension: 'KWH', perPeriod: 900, period: 'QUARTER' }] as const;
const found = {
  name: 'lab', parent: 'all', generation: 3, budgets: [{ dimension: 'KWH', perPeriod: 900, period: 'QUARTER', carryOverPct: 0 }],
  limits: [{ dimension: 'WATTS', nominal: 90_000, borrowingLimit: null, lendingLimit: null }, { dimension: 'GPU', nominal: 8, borrowingLimit: 2, lendingLimit: null }],
};

describe('a quota of the file is the server\'s', () => {
  test.each([
    ['in another order, with defaults left out', { name: 'lab', parent: 'all', limits, budgets: [...budgets] }, true],
    ['not with another nominal', { name: 'lab', parent: 'all', limits: [{ ...limits[0], dimension: 'GPU', nominal: 9 }, { dimension: 'WATTS', nominal: 90_000 }], budgets: [...budgets] }, false],
    ['not with one limit less', { name: 'lab', parent: 'all', limits: limits.slice(1), budgets: [...budgets] }, false],
    ['not under another parent', { name: 'lab', parent: 'other', limits, budgets: [...budgets] }, false],
    ['not at the root', { name: 'lab', limits, budgets: [...budgets] }, false],
    ['not without its budget', { name: 'lab', parent: 'all', limits, budgets: [] }, false],
  ])('%s', (_reason, wanted, same) => { expect(sameQuota(wanted, found)).toBe(same); });
});

test('quotas stand under a region', () => {
  const text = 'programme: x\nregions:\n  - {code: a, nameFr: A, nameEn: A, country: FR, jurisdiction: EU-FR, operatorName: S, quotas: [{name: lab, organisation: lab, limits: [{dimension: GPU, nominal: 8}], budgets: [{dimension: KWH, perPeriod: 9, period: QUARTER}]}]}\n';
  const parsed = parseProgramme(text, 'en');
  expect('programme' in parsed ? parsed.programme.regions[0]?.quotas : parsed.faults).toEqual([{ name: 'lab', organisation: 'lab', limits: [{ dimension: 'GPU', nominal: 8 }], budgets: [{ dimension: 'KWH', perPeriod: 9, period: 'QUARTER' }] }]);
  const slip = parseProgramme(text.replace('nominal: 8', 'nominal: 8, lendLimit: 2'), 'en');
  expect('faults' in slip ? slip.faults[0] : '').toContain('unknown field "lendLimit"; possible fields: lendingLimit');
});
